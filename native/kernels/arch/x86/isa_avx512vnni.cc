// Kernel table of AVX-512 with VNNI and without BF16 (Intel's Cascade Lake to Tiger Lake).
#include "vector_avx512.h"

#include "int8_avx512.h"
#include "kernels/isa.h"
#include "kernels/table.h"
#include "pack_avx512.h"

namespace understudy {

const Kernels& avx512vnni_kernels() {
  static constexpr Kernels kernels =
      int8_kernels<MultiplyInt8, transpose_16_avx512>(emulated_bf16_kernels<Vector>("AVX-512 VNNI"));
  return kernels;
}

}  // namespace understudy
