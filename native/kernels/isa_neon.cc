#include "vector_neon.h"

#include "isa.h"
#include "table.h"

namespace understudy {

const Kernels& neon_kernels() {
  static constexpr Kernels kernels = fp32_kernels<Vector>("NEON");
  return kernels;
}

}  // namespace understudy
