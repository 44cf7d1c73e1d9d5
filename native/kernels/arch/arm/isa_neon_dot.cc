// Kernel table of Armv8.2's optional "dotprod", which Apple's processors and servers have: four sums take four products
// of bytes each. The rest as on every arm64.
#include "vector_neon.h"

#include "kernels/isa.h"
#include "kernels/table.h"

namespace understudy {

namespace {

struct MultiplyInt8 {
  using V = Vector;
  using Element = Bfloat16;
  using Sums = int32x4_t;
  using Left = int8x16_t;
  using Right = int8x16_t;
  static constexpr int32_t zero_point = 0;
  static constexpr float weight_qmax = kInt8Max;

  static Sums initial_sums(int32_t sum) { return vdupq_n_s32(sum); }
  static Sums initial_sums(const int32_t* sums) { return vld1q_s32(sums); }
  static Right load_right(const char* p) { return vld1q_s8(reinterpret_cast<const int8_t*>(p)); }
  static Left broadcast_left(const int8_t* p) {
    int32_t four;
    memcpy(&four, p, sizeof four);
    return vreinterpretq_s8_s32(vdupq_n_s32(four));
  }
  static Sums multiply_add(Sums sums, int8x16_t a, int8x16_t b) { return vdotq_s32(sums, a, b); }
  static V::F to_floats(Sums sums) { return vcvtq_f32_s32(sums); }
  static void store(int8_t* p, V::F a) {
    const int16x4_t narrow = vmovn_s32(vcvtnq_s32_f32(a));
    const int8x8_t bytes = vmovn_s16(vcombine_s16(narrow, narrow));
    const int32_t four = vget_lane_s32(vreinterpret_s32_s8(bytes), 0);
    memcpy(p, &four, sizeof four);
  }
};

}  // namespace

const Kernels& neon_int8_kernels() {
  static constexpr Kernels kernels = int8_kernels<MultiplyInt8>(emulated_bf16_kernels<Vector>("NEON"));
  return kernels;
}

}  // namespace understudy
