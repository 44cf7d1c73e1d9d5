// Prediction: a product with few rows reads every weight for little work, so what counts is how many bytes the weights
// have. They are stored in 8 bits, one scale a column; activations, all within ±1, in 16 bits. Integer sums are exact.
#pragma once

#include "activation.h"
#include "kernels.h"

namespace understudy {
namespace {

/// `w_stride`: bytes between panels.
template <class V, size_t rows, size_t panels>
void quantised_block(const QuantisedProduct& p, const int16_t* a, const int8_t* w, size_t w_stride, size_t column,
                     float* out) {
  constexpr size_t vectors = kPanelFloats / V::width;
  typename V::Sums sums[rows][panels][vectors];
#pragma GCC unroll 8
  for (size_t i = 0; i < rows; i++)
#pragma GCC unroll 8
    for (size_t j = 0; j < panels; j++)
#pragma GCC unroll 16
      for (size_t v = 0; v < vectors; v++) sums[i][j][v] = V::no_sums();
  for (size_t k = 0; k < p.k; k += 2, w += 2 * kPanelFloats) {
    typename V::Pairs left[rows];
#pragma GCC unroll 8
    for (size_t i = 0; i < rows; i++) left[i] = V::set_pair(a + i * p.a_ld + k);
#pragma GCC unroll 8
    for (size_t j = 0; j < panels; j++)
#pragma GCC unroll 16
      for (size_t v = 0; v < vectors; v++) {
        const typename V::Pairs right = V::load_pairs(w + j * w_stride + v * 2 * V::width);
#pragma GCC unroll 8
        for (size_t i = 0; i < rows; i++) sums[i][j][v] = V::add_products(sums[i][j][v], left[i], right);
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
        V::store(to, V::fma(V::to_floats(sums[i][j][v]), V::load(p.scales + column + at), start));
      }
}

/// Rows `row` … `row + rows` of the product; few rows take several panels at once, to keep enough sums going.
template <class V, size_t rows>
void quantised_rows(const QuantisedProduct& p, size_t row, size_t panel, size_t panels) {
  constexpr size_t together = V::quantised_panels / rows > 0 ? V::quantised_panels / rows : 1;
  const size_t w_stride = p.k * kPanelFloats;
  const int16_t* a = p.a + row * p.a_ld;
  while (panels > 0) {
    const int8_t* w = p.weights + panel * w_stride;
    const size_t column = panel * kPanelFloats;
    float* out = p.out + row * p.out_ld + column;
    const size_t done = panels >= together ? together : 1;
    if (done == together) quantised_block<V, rows, together>(p, a, w, w_stride, column, out);
    else quantised_block<V, rows, 1>(p, a, w, w_stride, column, out);
    panel += done;
    panels -= done;
  }
}

template <class V, size_t rows>
void quantised_up_to(const QuantisedProduct& p, size_t row, size_t count, size_t panel, size_t panels) {
  if (count == rows) {
    quantised_rows<V, rows>(p, row, panel, panels);
  } else if constexpr (rows > 1) {
    quantised_up_to<V, rows - 1>(p, row, count, panel, panels);
  }
}

template <class V>
void quantised_product(const QuantisedProduct& p) {
  const size_t all = p.n / kPanelFloats;
  // Several blocks of rows go over one group of panels while it is in the first-level cache.
  const size_t group = p.rows > V::quantised_rows ? 1 : all;
  for (size_t panel = 0; panel < all; panel += group)
    for (size_t row = 0; row < p.rows;) {
      const size_t left = p.rows - row;
      const size_t blocks = (left + V::quantised_rows - 1) / V::quantised_rows;
      const size_t count = (left + blocks - 1) / blocks;
      quantised_up_to<V, V::quantised_rows>(p, row, count, panel, group);
      row += count;
    }
}

template <class V>
inline typename V::F clamp_to_one(typename V::F x) {
  return V::min(V::max(x, V::set(-1.0f)), V::set(1.0f));
}

template <class V>
void quantise(const float* values, size_t count, float steps, int16_t* out) {
  for (size_t i = 0; i < count; i += V::width)
    V::store(out + i, V::multiply(clamp_to_one<V>(V::load(values + i)), V::set(steps)));
}

template <class V>
void predict_gates(const PredictStep& s) {
  const typename V::F steps = V::set(s.steps);
  for (size_t row = 0; row < s.rows; row++) {
    float* sums = s.sums + row * s.sums_ld;
    for (size_t i = 0; i < s.units; i += V::width) {
      const typename V::F kept = V::multiply(sigmoid<V>(V::load(sums + i)), V::load(s.state + row * s.units + i));
      V::store(sums + s.units + i, sigmoid<V>(V::load(sums + s.units + i)));
      V::store(s.kept + row * s.units + i, V::multiply(clamp_to_one<V>(kept), steps));
    }
  }
}

template <class V>
void predict_candidate(const PredictStep& s) {
  const typename V::F steps = V::set(s.steps);
  for (size_t row = 0; row < s.rows; row++) {
    const float* sums = s.sums + row * s.sums_ld;
    for (size_t i = 0; i < s.units; i += V::width) {
      float* state = s.state + row * s.units + i;
      const typename V::F c = hyperbolic_tangent<V>(V::load(sums + 2 * s.units + i));
      const typename V::F u = V::load(sums + s.units + i);
      const typename V::F after = V::fma(u, V::subtract(V::load(state), c), c);
      V::store(state, after);
      V::store(s.after + row * s.units + i, V::multiply(clamp_to_one<V>(after), steps));
    }
  }
}

}  // namespace
}  // namespace understudy
