// What the multiply-accumulates of bytes in vectors of 256 bits share: AVX2's and AVX-VNNI's.
#pragma once

#include "vector_avx2.h"

namespace understudy {
namespace {

/// Members of M in product_int8.h but for the multiplication and its limits.
template <class Vector>
struct BytesAvx2 {
  using V = Vector;
  using Element = Bfloat16;
  using Sums = typename V::Sums;
  using Left = __m256i;
  using Right = __m256i;

  static Sums initial_sums(int32_t sum) { return _mm256_set1_epi32(sum); }
  static Sums initial_sums(const int32_t* sums) { return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(sums)); }
  static Right load_right(const char* p) { return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)); }
  static Left broadcast_left(const int8_t* p) {
    int32_t four;
    memcpy(&four, p, sizeof four);
    return _mm256_set1_epi32(four);
  }
  static typename V::F to_floats(Sums sums) { return V::to_floats(sums); }
  static void store(int8_t* p, typename V::F a) {
    const __m256i low = _mm256_and_si256(_mm256_cvtps_epi32(a), _mm256_set1_epi32(0xff));
    const __m128i narrow = _mm_packus_epi32(_mm256_castsi256_si128(low), _mm256_extracti128_si256(low, 1));
    _mm_storel_epi64(reinterpret_cast<__m128i*>(p), _mm_packus_epi16(narrow, narrow));
  }
};

}  // namespace
}  // namespace understudy
