// Packs weights as `product_int8` reads them.
#pragma once

#include "product_int8.h"

namespace understudy {
namespace {

/// Sixteen columns of one block, each on its own.
struct Columns {
  alignas(64) float weights[kPanelFloats][kByteDepth];
  /// The weights in units of their column's scale.
  alignas(64) int8_t bytes[kPanelFloats][kByteDepth];
  float scales[kPanelFloats];
};

/// Sixteen rows of sixteen units of four bytes → sixteen columns. Steps: bytes from one row to the next.
inline void transpose_16(const void* from, size_t from_step, void* to, size_t to_step) {
  for (size_t row = 0; row < kUnits; row++)
    for (size_t i = 0; i < kUnits; i++)
      memcpy(static_cast<char*>(to) + i * to_step + row * kUnitBytes,
             static_cast<const char*>(from) + row * from_step + i * kUnitBytes, kUnitBytes);
}

using Transpose = void (*)(const void*, size_t, void*, size_t);

/// `rows` units of `columns` columns of a part, from `source` on; all else is zero.
template <Transpose transpose>
void separate_columns(const PackedPart& part, const float* source, size_t rows, size_t columns, Columns& to) {
  if (columns < kPanelFloats || rows < kByteDepth) memset(to.weights, 0, sizeof to.weights);
  if (part.k_step == 1) {
    for (size_t i = 0; i < columns; i++) memcpy(to.weights[i], source + i * part.n_step, rows * sizeof(float));
    return;
  }
  const size_t whole = columns == kPanelFloats ? rows / kUnits * kUnits : 0;
  for (size_t k = 0; k < whole; k += kUnits)
    transpose(source + k * part.k_step, part.k_step * sizeof(float), to.weights[0] + k, sizeof to.weights[0]);
  for (size_t k = whole; k < rows; k++)
    for (size_t i = 0; i < columns; i++) to.weights[i][k] = source[k * part.k_step + i];
}

/// One column of `k` weights, a multiple of kPanelFloats.
template <class M>
void column_to_bytes(size_t column, size_t k, Columns& columns) {
  using V = typename M::V;
  const float* weights = columns.weights[column];
  typename V::F most = V::set(0.0f);
  for (size_t i = 0; i < k; i += V::width) {
    const typename V::F w = V::load(weights + i);
    most = V::max(most, V::max(w, V::subtract(V::set(0.0f), w)));
  }
  const float largest = V::largest(most);
  columns.scales[column] = largest / kLargestByte;
  const typename V::F steps = V::set(steps_for(largest));
  const typename V::F added = V::set(static_cast<float>(M::added));
  for (size_t i = 0; i < k; i += V::width)
    M::store(columns.bytes[column] + i, V::fma(V::load(weights + i), steps, added));
}

/// A part that is as deep as its operand.
template <class M, Transpose transpose = transpose_16>
void pack_int8(const PackedPart& part) {
  Columns columns;
  for (size_t n = 0; n < part.n; n += kPanelFloats) {
    char* out = part.packed + n / kPanelFloats * part.panel_stride;
    const size_t left = part.n_valid > n ? part.n_valid - n : 0;
    const size_t valid_columns = left < kPanelFloats ? left : kPanelFloats;
    for (size_t k0 = 0; k0 < part.k; k0 += kByteDepth) {
      const size_t depth = part.k - k0 < kByteDepth ? part.k - k0 : kByteDepth;
      const size_t valid = part.k_valid - k0 < depth ? part.k_valid - k0 : depth;
      const float* source = part.source + k0 * part.k_step + n * part.n_step;
      separate_columns<transpose>(part, source, valid, valid_columns, columns);
      const size_t lines = byte_depth(depth) / kPanelBytes;
      for (size_t i = 0; i < kPanelFloats; i++) column_to_bytes<M>(i, lines * kPanelBytes, columns);
      for (size_t line = 0; line < lines; line++)
        transpose(columns.bytes[0] + line * kPanelBytes, kByteDepth, out + line * kUnits * kPanelBytes, kPanelBytes);
      memcpy(out + lines * kUnits * kPanelBytes, columns.scales, sizeof columns.scales);
      out += packed_block_bytes(depth);
    }
  }
}

}  // namespace
}  // namespace understudy
