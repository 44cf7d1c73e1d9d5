// Vector of one float: the simplest implementation of vector_concept.h, for processors without more. Compilers
// vectorise its loops with the instructions of the plain architecture (SSE2 on x64).
#pragma once

#include <math.h>
#include <string.h>

#include "kernels/panels.h"

namespace understudy {
namespace {

struct Vector {
  static constexpr size_t width = 1;
  static constexpr size_t product_rows = 2;
  static constexpr size_t product_panels = 1;

  using F = float;

  static F load(const float* p) { return *p; }
  static void store(float* p, F a) { *p = a; }
  static F set(float a) { return a; }
  static F load_bits(const void* p) {
    float bits;
    memcpy(&bits, p, sizeof bits);
    return bits;
  }
  static F broadcast_bits(const void* p) { return load_bits(p); }
  static F add(F a, F b) { return a + b; }
  static F subtract(F a, F b) { return a - b; }
  static F multiply(F a, F b) { return a * b; }
  static F divide(F a, F b) { return a / b; }
  /// a·b + c, rounded once where the processor can.
  static F fma(F a, F b, F c) { return a * b + c; }
  /// b where a is NaN, as the vector instructions do.
  static F max(F a, F b) { return a > b ? a : b; }
  static F min(F a, F b) { return a < b ? a : b; }
  static F sqrt(F a) { return sqrtf(a); }
  /// Nearest integer, for |a| < 2²².
  static F round(F a) {
    const float shift = 12582912.0f;  // 1.5·2²³
    volatile float shifted = a + shift;
    return shifted - shift;
  }
  /// 2ⁿ for a whole number n from −126 to 127.
  static F power_of_two(F n) { return from_bits(static_cast<uint32_t>(static_cast<int32_t>(n) + 127) << 23); }
  static float reduce_add(F a) { return a; }
  static float reduce_max(F a) { return a; }

  static F load(const Bfloat16* p) { return from_bits(static_cast<uint32_t>(p->bits) << 16); }
  /// Rounds to the nearest, ties to even.
  static void store(Bfloat16* p, F a) {
    const uint32_t bits = bits_of(a);
    p->bits = static_cast<uint16_t>((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
  }

  /// First and second elements of pairs of bf16, as fp32.
  static F low_halves(F pairs) { return from_bits(bits_of(pairs) << 16); }
  static F high_halves(F pairs) { return from_bits(bits_of(pairs) & 0xffff0000u); }

  /// Integer sums of products of neighbouring pairs (inference.h), one sum per column.
  using Sums = int32_t;
  struct Pairs {
    int32_t first, second;
  };
  static constexpr size_t inference_rows = 4;
  static constexpr size_t inference_panels = 4;
  static Sums zero_sums() { return 0; }
  static Pairs load_pairs(const int8_t* p) { return {p[0], p[1]}; }
  static Pairs broadcast_pair(const int16_t* p) { return {p[0], p[1]}; }
  static Sums multiply_add_pairs(Sums sums, Pairs a, Pairs b) { return sums + a.first * b.first + a.second * b.second; }
  static F to_floats(Sums sums) { return static_cast<float>(sums); }
  static void store(int16_t* p, F a) { *p = static_cast<int16_t>(round(a)); }

 private:
  static uint32_t bits_of(float a) {
    uint32_t bits;
    memcpy(&bits, &a, sizeof bits);
    return bits;
  }
  static float from_bits(uint32_t bits) {
    float a;
    memcpy(&a, &bits, sizeof a);
    return a;
  }
};

}  // namespace
}  // namespace understudy
