// Vector of four floats: NEON, which every arm64 has.
#pragma once

#include <arm_neon.h>
#include <string.h>

#include "kernels/panels.h"

namespace understudy {
namespace {

struct Vector {
  static constexpr size_t width = 4;
  /// 6 × 16 sums take 24 of the 32 registers.
  static constexpr size_t product_rows = 6;
  static constexpr size_t product_panels = 1;

  using F = float32x4_t;

  static F load(const float* p) { return vld1q_f32(p); }
  static void store(float* p, F a) { vst1q_f32(p, a); }
  static F set(float a) { return vdupq_n_f32(a); }
  static F load_bits(const void* p) { return vreinterpretq_f32_u8(vld1q_u8(static_cast<const uint8_t*>(p))); }
  static F broadcast_bits(const void* p) {
    float bits;
    memcpy(&bits, p, sizeof bits);
    return vdupq_n_f32(bits);
  }
  static F add(F a, F b) { return vaddq_f32(a, b); }
  static F subtract(F a, F b) { return vsubq_f32(a, b); }
  static F multiply(F a, F b) { return vmulq_f32(a, b); }
  static F divide(F a, F b) { return vdivq_f32(a, b); }
  static F fma(F a, F b, F c) { return vfmaq_f32(c, a, b); }
  static F max(F a, F b) { return vmaxnmq_f32(a, b); }
  static F min(F a, F b) { return vminnmq_f32(a, b); }
  static F sqrt(F a) { return vsqrtq_f32(a); }
  static F round(F a) { return vrndnq_f32(a); }
  static F power_of_two(F n) {
    return vreinterpretq_f32_s32(vshlq_n_s32(vaddq_s32(vcvtnq_s32_f32(n), vdupq_n_s32(127)), 23));
  }
  static float reduce_add(F a) { return vaddvq_f32(a); }
  static float reduce_max(F a) { return vmaxvq_f32(a); }

  static F load(const Bfloat16* p) {
    return vreinterpretq_f32_u32(vshll_n_u16(vld1_u16(reinterpret_cast<const uint16_t*>(p)), 16));
  }
  /// Rounds to the nearest, ties to even.
  static void store(Bfloat16* p, F a) {
    const uint32x4_t bits = vreinterpretq_u32_f32(a);
    const uint32x4_t odd = vandq_u32(vshrq_n_u32(bits, 16), vdupq_n_u32(1));
    const uint32x4_t rounded = vaddq_u32(vaddq_u32(bits, vdupq_n_u32(0x7fff)), odd);
    vst1_u16(reinterpret_cast<uint16_t*>(p), vshrn_n_u32(rounded, 16));
  }
  /// First and second elements of pairs of bf16, as fp32.
  static F low_halves(F pairs) { return vreinterpretq_f32_u32(vshlq_n_u32(vreinterpretq_u32_f32(pairs), 16)); }
  static F high_halves(F pairs) {
    return vreinterpretq_f32_u32(vandq_u32(vreinterpretq_u32_f32(pairs), vdupq_n_u32(0xffff0000u)));
  }

  /// Products of pairs stay apart until `to_floats`: columns 0, 0, 1, 1 and 2, 2, 3, 3.
  struct Sums {
    int32x4_t low, high;
  };
  using Pairs = int16x8_t;
  static constexpr size_t inference_rows = 4;
  static constexpr size_t inference_panels = 2;
  static Sums zero_sums() { return {vdupq_n_s32(0), vdupq_n_s32(0)}; }
  static Pairs load_pairs(const int8_t* p) { return vmovl_s8(vld1_s8(p)); }
  static Pairs broadcast_pair(const int16_t* p) {
    int32_t pair;
    memcpy(&pair, p, sizeof pair);
    return vreinterpretq_s16_s32(vdupq_n_s32(pair));
  }
  static Sums multiply_add_pairs(Sums sums, Pairs a, Pairs b) {
    return {vmlal_s16(sums.low, vget_low_s16(a), vget_low_s16(b)), vmlal_high_s16(sums.high, a, b)};
  }
  static F to_floats(Sums sums) { return vcvtq_f32_s32(vpaddq_s32(sums.low, sums.high)); }
  static void store(int16_t* p, F a) { vst1_s16(p, vqmovn_s32(vcvtnq_s32_f32(a))); }
};

}  // namespace
}  // namespace understudy
