// Kernel table of AVX-VNNI (Intel since Alder Lake, AMD since Zen 5): eight sums take four products of bytes each,
// signed bytes with unsigned ones. The rest as on AVX2.
#include "int8_avx2.h"

#include "kernels/isa.h"
#include "kernels/table.h"

namespace understudy {

namespace {

struct MultiplyInt8 : BytesAvx2<Vector> {
  /// Makes the bytes of the unsigned operand non-negative.
  static constexpr int32_t zero_point = 128;
  static constexpr float weight_qmax = kInt8Max;

  static Sums multiply_add(Sums sums, __m256i signed_ones, __m256i unsigned_ones) {
    sums = _mm256_dpbusd_avx_epi32(sums, unsigned_ones, signed_ones);
#if defined(__GNUC__)
    // As in multiply_add_pairs.
    asm("" : "+x"(sums));
#endif
    return sums;
  }
};

}  // namespace

const Kernels& avxvnni_kernels() {
  static constexpr Kernels kernels = int8_kernels<MultiplyInt8>(emulated_bf16_kernels<Vector>("AVX-VNNI"));
  return kernels;
}

}  // namespace understudy
