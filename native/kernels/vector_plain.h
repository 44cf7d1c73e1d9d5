// A vector of one float: the slow, obvious version of vector_avx2.h and its siblings, for processors without more.
// Compilers turn its loops into whatever the plain architecture has (SSE2 on x64).
#pragma once

#include <math.h>
#include <string.h>

#include "layout.h"

namespace understudy {
namespace {

struct Vector {
  static constexpr size_t width = 1;
  /// Rows and panels of one block of a product, so that its sums stay in registers.
  static constexpr size_t product_rows = 2;
  static constexpr size_t product_panels = 1;

  using F = float;

  static F load(const float* p) { return *p; }
  static void store(float* p, F a) { *p = a; }
  static F set(float a) { return a; }
  static F broadcast(const float* p) { return *p; }
  static F add(F a, F b) { return a + b; }
  static F subtract(F a, F b) { return a - b; }
  static F multiply(F a, F b) { return a * b; }
  static F divide(F a, F b) { return a / b; }
  /// a·b + c, rounded once where the processor can.
  static F fma(F a, F b, F c) { return a * b + c; }
  /// b where a is not a number, as the vector instructions do.
  static F max(F a, F b) { return a > b ? a : b; }
  static F min(F a, F b) { return a < b ? a : b; }
  static F square_root(F a) { return sqrtf(a); }
  /// Nearest integer, for |a| < 2²².
  static F round(F a) {
    const float shift = 12582912.0f;  // 1.5·2²³
    volatile float shifted = a + shift;
    return shifted - shift;
  }
  /// 2ⁿ for a whole number n from −126 to 127.
  static F power_of_two(F n) { return from_bits(static_cast<uint32_t>(static_cast<int32_t>(n) + 127) << 23); }
  static float sum(F a) { return a; }
  static float largest(F a) { return a; }

  static F load(const Bfloat* p) { return from_bits(static_cast<uint32_t>(p->bits) << 16); }
  /// Rounds to the nearest, ties to even.
  static void store(Bfloat* p, F a) {
    const uint32_t bits = bits_of(a);
    p->bits = static_cast<uint16_t>((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
  }

  /// The even and the odd ones of pairs of bf16, as fp32.
  static F low_halves(F pairs) { return from_bits(bits_of(pairs) << 16); }
  static F high_halves(F pairs) { return from_bits(bits_of(pairs) & 0xffff0000u); }

  /// Whole-number arithmetic for quantised.h: sums of products of neighbouring pairs, one sum a column.
  using Sums = int32_t;
  struct Pairs {
    int32_t first, second;
  };
  static constexpr size_t quantised_rows = 4;
  static constexpr size_t quantised_panels = 4;
  static Sums no_sums() { return 0; }
  static Pairs load_pairs(const int8_t* p) { return {p[0], p[1]}; }
  static Pairs set_pair(const int16_t* p) { return {p[0], p[1]}; }
  static Sums add_products(Sums sums, Pairs a, Pairs b) { return sums + a.first * b.first + a.second * b.second; }
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
