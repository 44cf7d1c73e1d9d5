// Packing of weights for `product`: panels [n / 16] of units along K, [k / elements per unit][16][elements per unit].
#pragma once

#include <string.h>

#include "multiply.h"

namespace understudy {
namespace {

/// Converts one weight to the operands' element type.
inline void pack_weight(float value, float* out) { *out = value; }
/// Rounds to the nearest, ties to even.
inline void pack_weight(float value, Bfloat16* out) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  out->bits = static_cast<uint16_t>((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
}

template <class T>
void pack(const PackedPart& part) {
  constexpr size_t unit = kUnitBytes / sizeof(T);
  // Element (k, column) of a panel.
  const auto at = [](size_t k, size_t column) { return k / unit * kUnits * unit + column * unit + k % unit; };
  for (size_t n = 0; n < part.n; n += kPanelFloats) {
    T* out = reinterpret_cast<T*>(part.packed + n / kPanelFloats * part.panel_stride);
    const size_t left = part.n_valid > n ? part.n_valid - n : 0;
    const size_t columns = left < kPanelFloats ? left : kPanelFloats;
    const float* source = part.source + n * part.n_stride;
    const bool whole = columns == kPanelFloats && part.k_valid == part.k;
    if (!whole) memset(out, 0, part.k * kPanelFloats * sizeof(T));
    if (part.n_stride == 1) {
      for (size_t k = 0; k < part.k_valid; k++)
        for (size_t i = 0; i < columns; i++) pack_weight(source[k * part.k_stride + i], out + at(k, i));
      continue;
    }
    // Transposed: 16 rows of the source become 16 columns, one cache line of each at a time.
    for (size_t k0 = 0; k0 < part.k_valid; k0 += kPanelFloats) {
      const size_t end = part.k_valid - k0 < kPanelFloats ? part.k_valid : k0 + kPanelFloats;
      for (size_t i = 0; i < columns; i++)
        for (size_t k = k0; k < end; k++) pack_weight(source[k + i * part.n_stride], out + at(k, i));
    }
  }
}

}  // namespace
}  // namespace understudy
