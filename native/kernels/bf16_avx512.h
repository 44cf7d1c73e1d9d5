// AVX-512's bf16 dot products: sixteen sums take a pair of products each.
#pragma once

#include "multiply.h"
#include "vector_avx512.h"

namespace understudy {
namespace {

struct MultiplyBf16 {
  using V = Vector;
  using Element = Bfloat;
  using Right = __m512bh;
  using Left = __m512bh;

  static Right right(const char* p) {
    Right pairs;
    memcpy(&pairs, p, sizeof pairs);
    return pairs;
  }
  static Left left(const char* p) {
    int32_t pair;
    memcpy(&pair, p, sizeof pair);
    const __m512i all = _mm512_set1_epi32(pair);
    return right(reinterpret_cast<const char*>(&all));
  }
  static V::F add(V::F sums, Left a, Right b) { return _mm512_dpbf16_ps(sums, a, b); }
};

/// gradient.h's pair_rows: two rows of 32 columns to pairs along K.
inline void pair_rows_avx512(const Bfloat* even, const Bfloat* odd, char* out, size_t stride) {
  const __m512i first = _mm512_set_epi16(47, 15, 46, 14, 45, 13, 44, 12, 43, 11, 42, 10, 41, 9, 40, 8, 39, 7, 38, 6, 37,
                                         5, 36, 4, 35, 3, 34, 2, 33, 1, 32, 0);
  const __m512i second = _mm512_add_epi16(first, _mm512_set1_epi16(16));
  const __m512i a = _mm512_loadu_si512(even);
  const __m512i b = odd ? _mm512_loadu_si512(odd) : _mm512_setzero_si512();
  _mm512_storeu_si512(out, _mm512_permutex2var_epi16(a, first, b));
  _mm512_storeu_si512(out + stride, _mm512_permutex2var_epi16(a, second, b));
}

}  // namespace
}  // namespace understudy
