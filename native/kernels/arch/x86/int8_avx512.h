// Multiply-accumulate of AVX-512 VNNI: sixteen sums take four products of bytes each, signed bytes with unsigned ones.
#pragma once

#include "kernels/product_int8.h"
#include "vector_avx512.h"

namespace understudy {
namespace {

struct MultiplyInt8 {
  using V = Vector;
  using Element = Bfloat16;
  using Sums = V::Sums;
  using Left = __m512i;
  using Right = __m512i;
  /// Makes the bytes of the unsigned operand non-negative.
  static constexpr int32_t zero_point = 128;
  static constexpr float weight_qmax = kInt8Max;

  static Sums initial_sums(int32_t sum) { return _mm512_set1_epi32(sum); }
  static Sums initial_sums(const int32_t* sums) { return _mm512_loadu_si512(sums); }
  static Right load_right(const char* p) { return _mm512_loadu_si512(p); }
  static Left broadcast_left(const int8_t* p) {
    int32_t four;
    memcpy(&four, p, sizeof four);
    return keep_in_register(_mm512_set1_epi32(four));
  }
  /// `keep_in_register`: GCC 12 moves the sums to the stack and back otherwise, which takes 1.4 times as long.
  static Sums multiply_add(Sums sums, __m512i signed_ones, __m512i unsigned_ones) {
    return keep_in_register(_mm512_dpbusd_epi32(sums, unsigned_ones, signed_ones));
  }
  static V::F to_floats(Sums sums) { return V::to_floats(sums); }
  static void store(int8_t* p, V::F a) {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(p), _mm512_cvtepi32_epi8(_mm512_cvtps_epi32(a)));
  }
};

}  // namespace
}  // namespace understudy
