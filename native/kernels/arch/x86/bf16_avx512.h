// Multiply-accumulate of AVX-512 BF16: sixteen sums take a pair of products each.
#pragma once

#include "kernels/multiply.h"
#include "vector_avx512.h"

namespace understudy {
namespace {

struct MultiplyBf16 {
  using V = Vector;
  using Element = Bfloat16;
  using Right = __m512bh;
  using Left = __m512bh;

  static Right load_right(const char* p) {
    Right pairs;
    memcpy(&pairs, p, sizeof pairs);
    return pairs;
  }
  static Left broadcast_left(const char* p) {
    int32_t pair;
    memcpy(&pair, p, sizeof pair);
    return (__m512bh)keep_in_register(_mm512_set1_epi32(pair));
  }
  static V::F multiply_add(V::F sums, Left a, Right b) { return _mm512_dpbf16_ps(sums, a, b); }
};

/// Interleaves two rows of 32 columns to pairs along K: columns 0 … 15 and columns 16 … 31.
struct Pairs {
  __m512i left, right;
};
inline Pairs pairs_of(__m512i even, __m512i odd) {
  const __m512i first = _mm512_set_epi16(47, 15, 46, 14, 45, 13, 44, 12, 43, 11, 42, 10, 41, 9, 40, 8, 39, 7, 38, 6, 37,
                                         5, 36, 4, 35, 3, 34, 2, 33, 1, 32, 0);
  const __m512i second = _mm512_add_epi16(first, _mm512_set1_epi16(16));
  return {_mm512_permutex2var_epi16(even, first, odd), _mm512_permutex2var_epi16(even, second, odd)};
}

/// gradient.h's pair_two_rows.
inline void pair_two_rows_avx512(Bfloat16* rows) {
  Bfloat16* second = rows + kPanelBytes / sizeof(Bfloat16);
  const Pairs pairs = pairs_of(_mm512_load_si512(rows), _mm512_load_si512(second));
  _mm512_store_si512(rows, pairs.left);
  _mm512_store_si512(second, pairs.right);
}

}  // namespace
}  // namespace understudy
