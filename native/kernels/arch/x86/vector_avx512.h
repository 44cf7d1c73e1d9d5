// Vector of sixteen floats: AVX-512 F, BW, DQ, VL.
#pragma once

#include <immintrin.h>
#include <string.h>

#include "kernels/panels.h"

namespace understudy {
namespace {

/// Keeps the compiler from reading a broadcast from memory again for each of its uses: a product would then be limited
/// by the two loads per cycle.
template <class Register>
inline Register keep_in_register(Register a) {
#if defined(__GNUC__) && defined(__AVX512F__)
  asm("" : "+v"(a));
#endif
  return a;
}

struct Vector {
  static constexpr size_t width = 16;
  /// 12 × 32 sums take 24 of the 32 registers.
  static constexpr size_t product_rows = 12;
  static constexpr size_t product_panels = 2;

  using F = __m512;

  static F load(const float* p) { return _mm512_loadu_ps(p); }
  static void store(float* p, F a) { _mm512_storeu_ps(p, a); }
  static F set(float a) { return _mm512_set1_ps(a); }
  static F load_bits(const void* p) { return _mm512_loadu_ps(p); }
  static F broadcast_bits(const void* p) {
    float bits;
    memcpy(&bits, p, sizeof bits);
    return keep_in_register(_mm512_set1_ps(bits));
  }
  static F add(F a, F b) { return _mm512_add_ps(a, b); }
  static F subtract(F a, F b) { return _mm512_sub_ps(a, b); }
  static F multiply(F a, F b) { return _mm512_mul_ps(a, b); }
  static F divide(F a, F b) { return _mm512_div_ps(a, b); }
  static F fma(F a, F b, F c) { return _mm512_fmadd_ps(a, b, c); }
  static F max(F a, F b) { return _mm512_max_ps(a, b); }
  static F min(F a, F b) { return _mm512_min_ps(a, b); }
  static F sqrt(F a) { return _mm512_sqrt_ps(a); }
  static F round(F a) { return _mm512_roundscale_ps(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }
  static F power_of_two(F n) {
    return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_add_epi32(_mm512_cvtps_epi32(n), _mm512_set1_epi32(127)), 23));
  }
  static float reduce_add(F a) { return _mm512_reduce_add_ps(a); }
  static float reduce_max(F a) { return _mm512_reduce_max_ps(a); }

  /// First and second elements of pairs of bf16, as fp32.
  static F low_halves(F pairs) { return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_castps_si512(pairs), 16)); }
  static F high_halves(F pairs) {
    const __m512i high = _mm512_set1_epi32(static_cast<int>(0xffff0000u));
    return _mm512_castsi512_ps(_mm512_and_si512(_mm512_castps_si512(pairs), high));
  }
  static F load(const Bfloat16* p) {
    const __m512i wide = _mm512_cvtepu16_epi32(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)));
    return _mm512_castsi512_ps(_mm512_slli_epi32(wide, 16));
  }
  /// Rounds to the nearest, ties to even.
  static __m256i to_bfloat16(F a) {
#ifdef __AVX512BF16__
    return (__m256i)_mm512_cvtneps_pbh(a);
#else
    const __m512i bits = _mm512_castps_si512(a);
    const __m512i odd = _mm512_and_si512(_mm512_srli_epi32(bits, 16), _mm512_set1_epi32(1));
    const __m512i rounded = _mm512_add_epi32(_mm512_add_epi32(bits, _mm512_set1_epi32(0x7fff)), odd);
    return _mm512_cvtepi32_epi16(_mm512_srli_epi32(rounded, 16));
#endif
  }
  static void store(Bfloat16* p, F a) { _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), to_bfloat16(a)); }

  using Sums = __m512i;
  using Pairs = __m512i;
  static constexpr size_t inference_rows = 8;
  static constexpr size_t inference_panels = 8;
  static Sums zero_sums() { return _mm512_setzero_si512(); }
  static Pairs load_pairs(const int8_t* p) {
    return _mm512_cvtepi8_epi16(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)));
  }
  static Pairs broadcast_pair(const int16_t* p) {
    int32_t pair;
    memcpy(&pair, p, sizeof pair);
    return _mm512_set1_epi32(pair);
  }
  static Sums multiply_add_pairs(Sums sums, Pairs a, Pairs b) {
#ifdef __AVX512VNNI__
    return _mm512_dpwssd_epi32(sums, a, b);
#else
    return _mm512_add_epi32(sums, _mm512_madd_epi16(a, b));
#endif
  }
  static F to_floats(Sums sums) { return _mm512_cvtepi32_ps(sums); }
  static void store(int16_t* p, F a) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), _mm512_cvtsepi32_epi16(_mm512_cvtps_epi32(a)));
  }
};

}  // namespace
}  // namespace understudy
