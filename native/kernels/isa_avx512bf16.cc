#include "vector_avx512.h"

#include "bf16_avx512.h"
#include "isa.h"
#include "table.h"

namespace understudy {

const Kernels& avx512bf16_kernels() {
  static constexpr Kernels kernels = bf16_kernels<MultiplyBf16, pair_rows_avx512>("AVX-512");
  return kernels;
}

}  // namespace understudy
