#include "vector_neon.h"

#include "kernels/isa.h"
#include "kernels/table.h"

namespace understudy {

const Kernels& neon_kernels() {
  static constexpr Kernels kernels = fp32_kernels<Vector>("NEON");
  return kernels;
}

}  // namespace understudy
