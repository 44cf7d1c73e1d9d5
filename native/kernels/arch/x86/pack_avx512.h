// Packing of weights in blocks of 16 × 16 (fp32) or 32 × 16 (bf16), with the result of pack.h. Parts with padding go to
// pack.h.
#pragma once

#include <immintrin.h>

#include "kernels/pack.h"
#include "vector_avx512.h"

namespace understudy {
namespace {

/// Transposes 16 × 16 units.
inline void transpose_units(__m512i r[16]) {
  __m512i t[16];
  for (int i = 0; i < 16; i += 2) {
    t[i] = _mm512_unpacklo_epi32(r[i], r[i + 1]);
    t[i + 1] = _mm512_unpackhi_epi32(r[i], r[i + 1]);
  }
  for (int i = 0; i < 16; i += 4) {
    r[i] = _mm512_unpacklo_epi64(t[i], t[i + 2]);
    r[i + 1] = _mm512_unpackhi_epi64(t[i], t[i + 2]);
    r[i + 2] = _mm512_unpacklo_epi64(t[i + 1], t[i + 3]);
    r[i + 3] = _mm512_unpackhi_epi64(t[i + 1], t[i + 3]);
  }
  // r[4g + c] now holds, in its lane l, rows 4g … 4g + 3 of column 4l + c: a transpose of 4 × 4 lanes is left.
  for (int c = 0; c < 4; c++) {
    const __m512i low = _mm512_shuffle_i32x4(r[c], r[4 + c], 0x44);
    const __m512i high = _mm512_shuffle_i32x4(r[c], r[4 + c], 0xee);
    const __m512i low2 = _mm512_shuffle_i32x4(r[8 + c], r[12 + c], 0x44);
    const __m512i high2 = _mm512_shuffle_i32x4(r[8 + c], r[12 + c], 0xee);
    t[c] = _mm512_shuffle_i32x4(low, low2, 0x88);
    t[4 + c] = _mm512_shuffle_i32x4(low, low2, 0xdd);
    t[8 + c] = _mm512_shuffle_i32x4(high, high2, 0x88);
    t[12 + c] = _mm512_shuffle_i32x4(high, high2, 0xdd);
  }
  for (int i = 0; i < 16; i++) r[i] = t[i];
}

/// transpose_16 of pack_int8.h.
inline void transpose_16_avx512(const void* from, size_t from_stride, void* to, size_t to_stride) {
  __m512i rows[kUnits];
  for (size_t i = 0; i < kUnits; i++) rows[i] = _mm512_loadu_si512(static_cast<const char*>(from) + i * from_stride);
  transpose_units(rows);
  for (size_t i = 0; i < kUnits; i++) _mm512_storeu_si512(static_cast<char*>(to) + i * to_stride, rows[i]);
}

/// Units of sixteen columns, from a source with rows along n.
inline __m512i packed_row(const float* source, size_t, float) { return _mm512_loadu_si512(source); }
inline __m512i packed_row(const float* source, size_t k_stride, Bfloat16) {
  const __m512i even = _mm512_cvtepu16_epi32(Vector::to_bfloat16(_mm512_loadu_ps(source)));
  const __m512i odd = _mm512_cvtepu16_epi32(Vector::to_bfloat16(_mm512_loadu_ps(source + k_stride)));
  return _mm512_or_si512(even, _mm512_slli_epi32(odd, 16));
}

/// Sixteen units of one column, from a source with columns along k.
inline __m512i packed_column(const float* source, float) { return _mm512_loadu_si512(source); }
inline __m512i packed_column(const float* source, Bfloat16) {
  const __m256i first = Vector::to_bfloat16(_mm512_loadu_ps(source));
  const __m256i second = Vector::to_bfloat16(_mm512_loadu_ps(source + 16));
  return _mm512_inserti64x4(_mm512_castsi256_si512(first), second, 1);
}

template <class T>
void pack_avx512(const PackedPart& part) {
  constexpr size_t unit = kUnitBytes / sizeof(T);
  if (part.k_valid != part.k || part.n_valid != part.n) return pack<T>(part);
  for (size_t k = 0; k < part.k; k += kUnits * unit)
    for (size_t n = 0; n < part.n; n += kUnits) {
      char* out = part.packed + n / kUnits * part.panel_stride + k * kUnits * sizeof(T);
      const float* source = part.source + k * part.k_stride + n * part.n_stride;
      __m512i units[kUnits];
      for (size_t i = 0; i < kUnits; i++)
        units[i] = part.n_stride == 1 ? packed_row(source + i * unit * part.k_stride, part.k_stride, T())
                                      : packed_column(source + i * part.n_stride, T());
      if (part.n_stride != 1) transpose_units(units);
      for (size_t i = 0; i < kUnits; i++) _mm512_storeu_si512(out + i * kPanelBytes, units[i]);
    }
}

}  // namespace
}  // namespace understudy
