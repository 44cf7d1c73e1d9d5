// Kernel table of AVX-VNNI (Intel since Alder Lake, AMD since Zen 5): eight sums take four products of bytes each,
// signed bytes with unsigned ones. The rest as on AVX2.
#include "vector_avx2.h"

#include "kernels/isa.h"
#include "kernels/table.h"

namespace understudy {

namespace {

struct MultiplyInt8 {
  using V = Vector;
  using Element = Bfloat16;
  using Sums = V::Sums;
  using Left = __m256i;
  using Right = __m256i;
  /// Makes the bytes of the unsigned operand non-negative.
  static constexpr int32_t zero_point = 128;
  static constexpr float weight_qmax = kInt8Max;

  static Sums initial_sums(int32_t sum) { return _mm256_set1_epi32(sum); }
  static Sums initial_sums(const int32_t* sums) { return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(sums)); }
  static Right load_right(const char* p) { return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)); }
  static Left broadcast_left(const int8_t* p) {
    int32_t four;
    memcpy(&four, p, sizeof four);
    return _mm256_set1_epi32(four);
  }
  static Sums multiply_add(Sums sums, __m256i signed_ones, __m256i unsigned_ones) {
    sums = _mm256_dpbusd_avx_epi32(sums, unsigned_ones, signed_ones);
#if defined(__GNUC__)
    // As in multiply_add_pairs.
    asm("" : "+x"(sums));
#endif
    return sums;
  }
  static V::F to_floats(Sums sums) { return V::to_floats(sums); }
  static void store(int8_t* p, V::F a) { store_bytes(p, a); }
};

}  // namespace

const Kernels& avxvnni_kernels() {
  static constexpr Kernels kernels = int8_kernels<MultiplyInt8>(emulated_bf16_kernels<Vector>("AVX-VNNI"));
  return kernels;
}

}  // namespace understudy
