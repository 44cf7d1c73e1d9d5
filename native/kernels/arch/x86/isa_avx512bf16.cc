#include "vector_avx512.h"

#include "bf16_avx512.h"
#include "int8_avx512.h"
#include "kernels/isa.h"
#include "kernels/table.h"
#include "pack_avx512.h"

namespace understudy {

namespace {

constexpr Kernels make_bf16_kernels() {
  Kernels k = bf16_kernels<MultiplyBf16, pair_two_rows_avx512>("AVX-512");
  k.cells.pack = k.softmax_layer.pack = pack_avx512<Bfloat16>;
  return k;
}

}  // namespace

const Kernels& avx512bf16_kernels() {
  static constexpr Kernels kernels = make_bf16_kernels();
  return kernels;
}

const Kernels& avx512int8_kernels() {
  static constexpr Kernels kernels = int8_kernels<MultiplyInt8, transpose_16_avx512>(make_bf16_kernels());
  return kernels;
}

}  // namespace understudy
