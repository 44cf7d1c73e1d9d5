#include "vector_avx512.h"

#include "bf16_avx512.h"
#include "isa.h"
#include "pack_avx512.h"
#include "table.h"

namespace understudy {

const Kernels& avx512bf16_kernels() {
  static constexpr Kernels kernels = [] {
    Kernels k = bf16_kernels<MultiplyBf16, pair_two_rows_avx512>("AVX-512");
    k.pack = pack_avx512<Bfloat>;
    return k;
  }();
  return kernels;
}

}  // namespace understudy
