#include "vector_plain.h"

#include "fp32.h"
#include "isa.h"

namespace understudy {

const Kernels& plain_kernels() {
  static constexpr Kernels kernels = fp32_kernels<Vector>("plain");
  return kernels;
}

}  // namespace understudy
