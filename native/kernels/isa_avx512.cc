#include "vector_avx512.h"

#include "isa.h"
#include "table.h"

namespace understudy {

const Kernels& avx512_kernels() {
  static constexpr Kernels kernels = fp32_kernels<Vector>("AVX-512");
  return kernels;
}

}  // namespace understudy
