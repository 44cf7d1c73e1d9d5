// Kernel tables of AVX2: fp32, and bytes by three instructions. The latter multiply unsigned bytes by signed ones and
// add two neighbouring products in 16 bits (vpmaddubsw), and two such sums in 32 (vpmaddwd). So that no pair leaves 16
// bits, weights have seven: 127 · 127 · 2 = 32,258.
#include "int8_avx2.h"

#include "kernels/isa.h"
#include "kernels/table.h"

namespace understudy {

namespace {

struct Int8Vector : Vector {
  /// 4 × 16 sums take eight of the 16 registers: a product needs three for itself.
  static constexpr size_t product_rows = 4;
};

struct MultiplyInt8 : BytesAvx2<Int8Vector> {
  static constexpr float weight_qmax = 63;
  /// Makes the bytes of the unsigned operand non-negative.
  static constexpr int32_t zero_point = 64;

  static Sums multiply_add(Sums sums, __m256i signed_ones, __m256i unsigned_ones) {
    const __m256i pairs = _mm256_maddubs_epi16(unsigned_ones, signed_ones);
    sums = _mm256_add_epi32(sums, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
#if defined(__GNUC__)
    // As in multiply_add_pairs.
    asm("" : "+x"(sums));
#endif
    return sums;
  }
};

}  // namespace

const Kernels& avx2_int8_kernels() {
  static constexpr Kernels kernels = int7_kernels<MultiplyInt8>(emulated_bf16_kernels<Vector>("AVX2"));
  return kernels;
}

const Kernels& avx2_kernels() {
  static constexpr Kernels kernels = fp32_kernels<Vector>("AVX2");
  return kernels;
}

const Kernels& avx2_bf16_kernels() {
  static constexpr Kernels kernels = emulated_bf16_kernels<Vector>("AVX2");
  return kernels;
}

}  // namespace understudy
