#include "vector_avx512.h"

#include "kernels/isa.h"
#include "kernels/table.h"
#include "pack_avx512.h"

namespace understudy {

const Kernels& avx512_kernels() {
  static constexpr Kernels kernels = [] {
    Kernels k = fp32_kernels<Vector>("AVX-512");
    k.cells.pack = k.softmax_layer.pack = pack_avx512<float>;
    return k;
  }();
  return kernels;
}

}  // namespace understudy
