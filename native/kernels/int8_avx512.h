// AVX-512's dot products of bytes (VNNI): sixteen sums take four products each, of signed bytes with unsigned ones.
#pragma once

#include "multiply.h"
#include "vector_avx512.h"

namespace understudy {
namespace {

struct MultiplyBytes {
  using V = Vector;
  using Element = Bfloat;
  using Sums = V::Sums;
  using Left = __m512i;
  using Right = __m512i;
  /// Makes bytes of the unsigned operand out of signed ones.
  static constexpr int32_t added = 128;

  static Sums start(int32_t sum) { return _mm512_set1_epi32(sum); }
  static Sums start(const int32_t* sums) { return _mm512_loadu_si512(sums); }
  static Right right(const char* p) { return _mm512_loadu_si512(p); }
  static Left left(const int8_t* p) {
    int32_t four;
    memcpy(&four, p, sizeof four);
    return keep_in_register(_mm512_set1_epi32(four));
  }
  /// GCC 12 moves sums to the stack and back unless they are kept: 1.4 times as slow.
  static Sums add(Sums sums, __m512i signed_ones, __m512i unsigned_ones) {
    return keep_in_register(_mm512_dpbusd_epi32(sums, unsigned_ones, signed_ones));
  }
  static V::F to_floats(Sums sums) { return V::to_floats(sums); }
  static void store(int8_t* p, V::F a) {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(p), _mm512_cvtepi32_epi8(_mm512_cvtps_epi32(a)));
  }
};

}  // namespace
}  // namespace understudy
