#include "vector_avx2.h"

#include "fp32.h"
#include "isa.h"

namespace understudy {

const Kernels& avx2_kernels() {
  static constexpr Kernels kernels = fp32_kernels<Vector>("AVX2");
  return kernels;
}

}  // namespace understudy
