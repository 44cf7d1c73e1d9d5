// AVX-512 with dot products of bytes and none of bf16 (Intel's Cascade Lake to Tiger Lake).
#include "vector_avx512.h"

#include "int8_avx512.h"
#include "isa.h"
#include "pack_avx512.h"
#include "table.h"

namespace understudy {

const Kernels& avx512vnni_kernels() {
  static constexpr Kernels kernels =
      int8_kernels<MultiplyBytes, transpose_16_avx512>(emulated_bf16_kernels<Vector>("AVX-512 VNNI"));
  return kernels;
}

}  // namespace understudy
