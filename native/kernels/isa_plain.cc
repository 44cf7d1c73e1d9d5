#include "vector_plain.h"

#include "isa.h"
#include "table.h"

namespace understudy {

const Kernels& plain_kernels() {
  static constexpr Kernels kernels = fp32_kernels<Vector>("plain");
  return kernels;
}

const Kernels& plain_bf16_kernels() {
  static constexpr Kernels kernels = emulated_bf16_kernels<Vector>("plain");
  return kernels;
}

}  // namespace understudy
