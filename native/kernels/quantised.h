// Prediction: a product with few rows reads every weight for little work, so what counts is how many bytes the weights
// have. They are stored in 8 bits, one scale a column; activations, all within ±1, in 16 bits, or in 8 where a
// processor multiplies bytes. Integer sums are exact.
#pragma once

#include "activation.h"
#include "kernels.h"

namespace understudy {
namespace {

/// Activations in 16 bits: two at a time.
template <class Vector>
struct ActivationPairs {
  using V = Vector;
  using Stored = int16_t;
  using Sums = typename V::Sums;
  using Left = typename V::Pairs;
  using Right = typename V::Pairs;
  static constexpr float most_steps = 16384;
  static constexpr int32_t added = 0;

  static Sums start(const int32_t*) { return V::no_sums(); }
  static Left left(const Stored* p) { return V::set_pair(p); }
  static Right right(const int8_t* p) { return V::load_pairs(p); }
  static Sums add(Sums sums, Left a, Right w) { return V::add_products(sums, a, w); }
  static typename V::F to_floats(Sums sums) { return V::to_floats(sums); }
  static void store(Stored* p, typename V::F x) { V::store(p, x); }
};

/// Activations in 8 bits: four at a time. M as in product_int8.h.
template <class M>
struct ActivationBytes {
  using V = typename M::V;
  using Stored = int8_t;
  using Sums = typename M::Sums;
  using Left = typename M::Left;
  using Right = typename M::Right;
  static constexpr float most_steps = 127;
  static constexpr int32_t added = M::added;

  static Sums start(const int32_t* p) { return M::start(p); }
  static Left left(const Stored* p) { return M::left(p); }
  static Right right(const int8_t* p) { return M::right(reinterpret_cast<const char*>(p)); }
  static Sums add(Sums sums, Left a, Right w) { return M::add(sums, w, a); }
  static typename V::F to_floats(Sums sums) { return M::to_floats(sums); }
  static void store(Stored* p, typename V::F x) { M::store(p, x); }
};

/// Activations, and so weights along k, that are multiplied at once.
template <class A>
constexpr size_t together = 4 / sizeof(typename A::Stored);

/// `w_stride`: bytes between panels.
template <class A, size_t rows, size_t panels>
void quantised_block(const QuantisedProduct& p, const typename A::Stored* a, const int8_t* w, size_t w_stride,
                     size_t column, float* out) {
  using V = typename A::V;
  constexpr size_t vectors = kPanelFloats / V::width;
  typename A::Sums sums[rows][panels][vectors];
#pragma GCC unroll 8
  for (size_t i = 0; i < rows; i++)
#pragma GCC unroll 8
    for (size_t j = 0; j < panels; j++)
#pragma GCC unroll 16
      for (size_t v = 0; v < vectors; v++)
        sums[i][j][v] = A::start(p.starts + column + j * kPanelFloats + v * V::width);
  for (size_t k = 0; k < p.k; k += together<A>, w += together<A> * kPanelFloats) {
    typename A::Left left[rows];
#pragma GCC unroll 8
    for (size_t i = 0; i < rows; i++) left[i] = A::left(a + i * p.a_ld + k);
#pragma GCC unroll 8
    for (size_t j = 0; j < panels; j++)
#pragma GCC unroll 16
      for (size_t v = 0; v < vectors; v++) {
        const typename A::Right right = A::right(w + j * w_stride + v * together<A> * V::width);
#pragma GCC unroll 8
        for (size_t i = 0; i < rows; i++) sums[i][j][v] = A::add(sums[i][j][v], left[i], right);
      }
  }
#pragma GCC unroll 8
  for (size_t i = 0; i < rows; i++)
#pragma GCC unroll 8
    for (size_t j = 0; j < panels; j++)
#pragma GCC unroll 16
      for (size_t v = 0; v < vectors; v++) {
        const size_t at = j * kPanelFloats + v * V::width;
        float* to = out + i * p.out_ld + at;
        const typename V::F start = V::load(p.bias ? p.bias + column + at : to);
        V::store(to, V::fma(A::to_floats(sums[i][j][v]), V::load(p.scales + column + at), start));
      }
}

/// Rows `row` … `row + rows` of the product; few rows take several panels at once, to keep enough sums going.
template <class A, size_t rows>
void quantised_rows(const QuantisedProduct& p, size_t row, size_t panel, size_t panels) {
  constexpr size_t most = A::V::quantised_panels / rows > 0 ? A::V::quantised_panels / rows : 1;
  const size_t w_stride = p.k * kPanelFloats;
  const auto* a = reinterpret_cast<const typename A::Stored*>(p.a) + row * p.a_ld;
  while (panels > 0) {
    const int8_t* w = p.weights + panel * w_stride;
    const size_t column = panel * kPanelFloats;
    float* out = p.out + row * p.out_ld + column;
    const size_t done = panels >= most ? most : 1;
    if (done == most) quantised_block<A, rows, most>(p, a, w, w_stride, column, out);
    else quantised_block<A, rows, 1>(p, a, w, w_stride, column, out);
    panel += done;
    panels -= done;
  }
}

template <class A, size_t rows>
void quantised_up_to(const QuantisedProduct& p, size_t row, size_t count, size_t panel, size_t panels) {
  if (count == rows) {
    quantised_rows<A, rows>(p, row, panel, panels);
  } else if constexpr (rows > 1) {
    quantised_up_to<A, rows - 1>(p, row, count, panel, panels);
  }
}

template <class A>
void quantised_product(const QuantisedProduct& p) {
  constexpr size_t most = A::V::quantised_rows;
  const size_t all = p.n / kPanelFloats;
  // Several blocks of rows go over one group of panels while it is in the first-level cache.
  const size_t group = p.rows > most ? 1 : all;
  for (size_t panel = 0; panel < all; panel += group)
    for (size_t row = 0; row < p.rows;) {
      const size_t left = p.rows - row;
      const size_t blocks = (left + most - 1) / most;
      const size_t count = (left + blocks - 1) / blocks;
      quantised_up_to<A, most>(p, row, count, panel, group);
      row += count;
    }
}

template <class V>
inline typename V::F clamp_to_one(typename V::F x) {
  return V::min(V::max(x, V::set(-1.0f)), V::set(1.0f));
}

/// One vector of activations.
template <class A>
inline void store_activations(typename A::V::F values, float steps, typename A::Stored* out) {
  using V = typename A::V;
  A::store(out, V::fma(clamp_to_one<V>(values), V::set(steps), V::set(static_cast<float>(A::added))));
}

template <class A>
void quantise(const float* values, size_t count, float steps, char* out) {
  auto* to = reinterpret_cast<typename A::Stored*>(out);
  for (size_t i = 0; i < count; i += A::V::width) store_activations<A>(A::V::load(values + i), steps, to + i);
}

template <class A>
void predict_gates(const PredictStep& s) {
  using V = typename A::V;
  auto* kept = reinterpret_cast<typename A::Stored*>(s.kept);
  for (size_t row = 0; row < s.rows; row++) {
    float* sums = s.sums + row * s.sums_ld;
    for (size_t i = 0; i < s.units; i += V::width) {
      const size_t at = row * s.units + i;
      const typename V::F r = sigmoid<V>(V::load(sums + i));
      V::store(sums + s.units + i, sigmoid<V>(V::load(sums + s.units + i)));
      store_activations<A>(V::multiply(r, V::load(s.state + at)), s.steps, kept + at);
    }
  }
}

template <class A>
void predict_candidate(const PredictStep& s) {
  using V = typename A::V;
  auto* stored = reinterpret_cast<typename A::Stored*>(s.after);
  for (size_t row = 0; row < s.rows; row++) {
    const float* sums = s.sums + row * s.sums_ld;
    for (size_t i = 0; i < s.units; i += V::width) {
      const size_t at = row * s.units + i;
      const typename V::F c = hyperbolic_tangent<V>(V::load(sums + 2 * s.units + i));
      const typename V::F u = V::load(sums + s.units + i);
      const typename V::F after = V::fma(u, V::subtract(V::load(s.state + at), c), c);
      V::store(s.state + at, after);
      store_activations<A>(after, s.steps, stored + at);
    }
  }
}

}  // namespace
}  // namespace understudy
