#include "vector_avx2.h"

#include "kernels/isa.h"
#include "kernels/table.h"

namespace understudy {

const Kernels& avx2_kernels() {
  static constexpr Kernels kernels = fp32_kernels<Vector>("AVX2");
  return kernels;
}

const Kernels& avx2_bf16_kernels() {
  static constexpr Kernels kernels = emulated_bf16_kernels<Vector>("AVX2");
  return kernels;
}

}  // namespace understudy
