// Inference with quantised weights. A product with few rows reads every weight for little work, so the weights' bytes
// decide the speed: they are stored in bytes, one scale per column; activations, all within ±1, in 16 bits, or in 8
// where the kernels multiply bytes. Integer sums are exact.
//
// A is the activations' format (ActivationsInt16, ActivationsInt8), with the members of M in product_int8.h.
#pragma once

#include "activation.h"
#include "blocks.h"
#include "kernels.h"

namespace understudy {
namespace {

/// Activations in 16 bits, two along K at a time.
template <class Vector>
struct ActivationsInt16 {
  using V = Vector;
  using Stored = int16_t;
  using Sums = typename V::Sums;
  using Left = typename V::Pairs;
  using Right = typename V::Pairs;
  static constexpr float qmax = 16384;
  static constexpr int32_t zero_point = 0;
  static constexpr float weight_qmax = 127;

  static Sums initial_sums(const int32_t*) { return V::zero_sums(); }
  static Left broadcast_left(const Stored* p) { return V::broadcast_pair(p); }
  static Right load_right(const int8_t* p) { return V::load_pairs(p); }
  static Sums multiply_add(Sums sums, Left a, Right w) { return V::multiply_add_pairs(sums, a, w); }
  static typename V::F to_floats(Sums sums) { return V::to_floats(sums); }
  static void store(Stored* p, typename V::F x) { V::store(p, x); }
};

/// Activations in 8 bits, four along K at a time. M as in product_int8.h.
template <class M>
struct ActivationsInt8 {
  using V = typename M::V;
  using Stored = int8_t;
  using Sums = typename M::Sums;
  using Left = typename M::Left;
  using Right = typename M::Right;
  static constexpr float qmax = 127;
  /// Activations take all eight bits, also where M's unsigned operand in training, the weights, has seven.
  static constexpr int32_t zero_point = M::zero_point == 0 ? 0 : 128;
  static constexpr float weight_qmax = M::weight_qmax;

  static Sums initial_sums(const int32_t* p) { return M::initial_sums(p); }
  static Left broadcast_left(const Stored* p) { return M::broadcast_left(p); }
  static Right load_right(const int8_t* p) { return M::load_right(reinterpret_cast<const char*>(p)); }
  /// The weights are the signed operand.
  static Sums multiply_add(Sums sums, Left a, Right w) { return M::multiply_add(sums, w, a); }
  static typename V::F to_floats(Sums sums) { return M::to_floats(sums); }
  static void store(Stored* p, typename V::F x) { M::store(p, x); }
};

/// Activations, and so weights along K, in one unit of four bytes.
template <class A>
constexpr size_t k_unit = 4 / sizeof(typename A::Stored);

/// Register block of the product: `rows` rows and `panels` panels of columns. `w_stride`: bytes between panels. Its
/// loops and the choice of a block below are not those of blocks.h: with them GCC 12 copies every sum of the block for
/// one stream in every turn of the loop (AVX2: 37 instead of 31 instructions).
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
        sums[i][j][v] = A::initial_sums(p.compensation + column + j * kPanelFloats + v * V::width);
  for (size_t k = 0; k < p.k; k += k_unit<A>, w += k_unit<A> * kPanelFloats) {
    typename A::Left left[rows];
#pragma GCC unroll 8
    for (size_t i = 0; i < rows; i++) left[i] = A::broadcast_left(a + i * p.a_ld + k);
#pragma GCC unroll 8
    for (size_t j = 0; j < panels; j++)
#pragma GCC unroll 16
      for (size_t v = 0; v < vectors; v++) {
        const typename A::Right right = A::load_right(w + j * w_stride + v * k_unit<A> * V::width);
#pragma GCC unroll 8
        for (size_t i = 0; i < rows; i++) sums[i][j][v] = A::multiply_add(sums[i][j][v], left[i], right);
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
  constexpr size_t max_panels = A::V::inference_panels / rows > 0 ? A::V::inference_panels / rows : 1;
  const size_t w_stride = p.k * kPanelFloats;
  const auto* a = reinterpret_cast<const typename A::Stored*>(p.a) + row * p.a_ld;
  while (panels > 0) {
    const int8_t* w = p.weights + panel * w_stride;
    const size_t column = panel * kPanelFloats;
    float* out = p.out + row * p.out_ld + column;
    const size_t done = panels >= max_panels ? max_panels : 1;
    if (done == max_panels) quantised_block<A, rows, max_panels>(p, a, w, w_stride, column, out);
    else quantised_block<A, rows, 1>(p, a, w, w_stride, column, out);
    panel += done;
    panels -= done;
  }
}

/// `quantised_rows` for `count` rows, at most `rows`.
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
  constexpr size_t max_rows = A::V::inference_rows;
  const size_t all = p.n / kPanelFloats;
  // Several blocks of rows pass over one group of panels while it is in the first-level cache.
  const size_t group = p.rows > max_rows ? 1 : all;
  for (size_t panel = 0; panel < all; panel += group)
    for (size_t row = 0; row < p.rows;) {
      const size_t count = block_rows(p.rows - row, max_rows);
      quantised_up_to<A, max_rows>(p, row, count, panel, group);
      row += count;
    }
}

template <class V>
inline typename V::F clamp_to_one(typename V::F x) {
  return V::min(V::max(x, V::set(-1.0f)), V::set(1.0f));
}

/// Stores one vector of activations, quantised.
template <class A>
inline void store_activations(typename A::V::F values, float inverse_scale, typename A::Stored* out) {
  using V = typename A::V;
  A::store(out, V::fma(clamp_to_one<V>(values), V::set(inverse_scale), V::set(static_cast<float>(A::zero_point))));
}

template <class A>
void quantise(const float* values, size_t count, float inverse_scale, char* out) {
  auto* to = reinterpret_cast<typename A::Stored*>(out);
  for (size_t i = 0; i < count; i += A::V::width) store_activations<A>(A::V::load(values + i), inverse_scale, to + i);
}

template <class A>
void inference_gates(const InferenceStep& s) {
  using V = typename A::V;
  auto* rh = reinterpret_cast<typename A::Stored*>(s.rh);
  for (size_t row = 0; row < s.rows; row++) {
    float* pre = s.pre_activations + row * s.pre_activations_ld;
    for (size_t i = 0; i < s.units; i += V::width) {
      const size_t at = row * s.units + i;
      const typename V::F r = sigmoid<V>(V::load(pre + i));
      V::store(pre + s.units + i, sigmoid<V>(V::load(pre + s.units + i)));
      store_activations<A>(V::multiply(r, V::load(s.h + at)), s.inverse_scale, rh + at);
    }
  }
}

template <class A>
void inference_candidate(const InferenceStep& s) {
  using V = typename A::V;
  auto* stored = reinterpret_cast<typename A::Stored*>(s.h_next);
  for (size_t row = 0; row < s.rows; row++) {
    const float* pre = s.pre_activations + row * s.pre_activations_ld;
    for (size_t i = 0; i < s.units; i += V::width) {
      const size_t at = row * s.units + i;
      const typename V::F c = hyperbolic_tangent<V>(V::load(pre + 2 * s.units + i));
      const typename V::F u = V::load(pre + s.units + i);
      const typename V::F h_next = V::fma(u, V::subtract(V::load(s.h + at), c), c);
      V::store(s.h + at, h_next);
      store_activations<A>(h_next, s.inverse_scale, stored + at);
    }
  }
}

template <class A>
void inference_rnn(const InferenceStep& s) {
  using V = typename A::V;
  auto* stored = reinterpret_cast<typename A::Stored*>(s.h_next);
  for (size_t row = 0; row < s.rows; row++) {
    const float* pre = s.pre_activations + row * s.pre_activations_ld;
    for (size_t i = 0; i < s.units; i += V::width) {
      const size_t at = row * s.units + i;
      const typename V::F h_next = hyperbolic_tangent<V>(V::load(pre + i));
      V::store(s.h + at, h_next);
      store_activations<A>(h_next, s.inverse_scale, stored + at);
    }
  }
}

}  // namespace
}  // namespace understudy
