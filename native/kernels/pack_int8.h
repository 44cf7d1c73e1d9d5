// Packing of weights for `product_int8`: quantised, each column with a scale of its own in every block along K.
#pragma once

#include "product_int8.h"

namespace understudy {
namespace {

/// Sixteen columns of one block, each contiguous.
struct QuantisedColumns {
  alignas(64) float weights[kPanelFloats][kInt8Depth];
  alignas(64) int8_t values[kPanelFloats][kInt8Depth];
  float scales[kPanelFloats];
};

/// Transposes 16 × 16 units of four bytes. Strides: bytes from one row to the next.
inline void transpose_16(const void* from, size_t from_stride, void* to, size_t to_stride) {
  for (size_t row = 0; row < kUnits; row++)
    for (size_t i = 0; i < kUnits; i++)
      memcpy(static_cast<char*>(to) + i * to_stride + row * kUnitBytes,
             static_cast<const char*>(from) + row * from_stride + i * kUnitBytes, kUnitBytes);
}

using Transpose = void (*)(const void*, size_t, void*, size_t);

/// Copies `rows` rows of `columns` columns of a part to contiguous columns; the rest is zero.
template <Transpose transpose>
void separate_columns(const PackedPart& part, const float* source, size_t rows, size_t columns, QuantisedColumns& to) {
  if (columns < kPanelFloats || rows < kInt8Depth) memset(to.weights, 0, sizeof to.weights);
  if (part.k_stride == 1) {
    for (size_t i = 0; i < columns; i++) memcpy(to.weights[i], source + i * part.n_stride, rows * sizeof(float));
    return;
  }
  const size_t whole = columns == kPanelFloats ? rows / kUnits * kUnits : 0;
  for (size_t k = 0; k < whole; k += kUnits)
    transpose(source + k * part.k_stride, part.k_stride * sizeof(float), to.weights[0] + k, sizeof to.weights[0]);
  for (size_t k = whole; k < rows; k++)
    for (size_t i = 0; i < columns; i++) to.weights[i][k] = source[k * part.k_stride + i];
}

/// Quantises one column of `k` weights, a multiple of kPanelFloats.
template <class M>
void quantise_column(size_t column, size_t k, QuantisedColumns& columns) {
  using V = typename M::V;
  const float* weights = columns.weights[column];
  typename V::F max = V::set(0.0f);
  for (size_t i = 0; i < k; i += V::width) {
    const typename V::F w = V::load(weights + i);
    max = V::max(max, V::max(w, V::subtract(V::set(0.0f), w)));
  }
  const float absmax = V::reduce_max(max);
  columns.scales[column] = absmax / M::weight_qmax;
  const typename V::F inverse = V::set(inverse_scale(absmax, M::weight_qmax));
  const typename V::F zero_point = V::set(static_cast<float>(M::zero_point));
  for (size_t i = 0; i < k; i += V::width)
    M::store(columns.values[column] + i, V::fma(V::load(weights + i), inverse, zero_point));
}

/// Packs a part that is as deep as its operand.
template <class M, Transpose transpose = transpose_16>
void pack_int8(const PackedPart& part) {
  QuantisedColumns columns;
  for (size_t n = 0; n < part.n; n += kPanelFloats) {
    char* out = part.packed + n / kPanelFloats * part.panel_stride;
    const size_t left = part.n_valid > n ? part.n_valid - n : 0;
    const size_t valid_columns = left < kPanelFloats ? left : kPanelFloats;
    for (size_t k0 = 0; k0 < part.k; k0 += kInt8Depth) {
      const size_t depth = part.k - k0 < kInt8Depth ? part.k - k0 : kInt8Depth;
      const size_t valid = part.k_valid - k0 < depth ? part.k_valid - k0 : depth;
      const float* source = part.source + k0 * part.k_stride + n * part.n_stride;
      separate_columns<transpose>(part, source, valid, valid_columns, columns);
      const size_t lines = int8_depth(depth) / kPanelBytes;
      for (size_t i = 0; i < kPanelFloats; i++) quantise_column<M>(i, lines * kPanelBytes, columns);
      for (size_t line = 0; line < lines; line++)
        transpose(columns.values[0] + line * kPanelBytes, kInt8Depth, out + line * kUnits * kPanelBytes, kPanelBytes);
      memcpy(out + lines * kUnits * kPanelBytes, columns.scales, sizeof columns.scales);
      out += packed_block_bytes(depth);
    }
  }
}

}  // namespace
}  // namespace understudy
