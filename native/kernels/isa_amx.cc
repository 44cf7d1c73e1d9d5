#include "vector_avx512.h"

#include "amx.h"
#include "isa.h"
#include "table.h"

namespace understudy {

namespace {

constexpr Kernels make_amx_kernels() {
  Kernels k = bf16_kernels<MultiplyBf16, pair_two_rows_avx512>("AMX");
  k.pack = pack_avx512<Bfloat>;
  k.product = product_amx;
  k.gradient = gradient_amx;
  // Its tiles are packed from rows as they stand.
  k.pair_rows = nullptr;
  k.row_multiple = 1;
  // Tiles multiply faster than the last-level cache gives weights.
  k.rows_alone = 64;
  // 256 × 512 sums: what packing the operands costs is small beside so many products. With both operands' tiles this
  // is 0.9 MB, within the second-level cache of every processor with AMX.
  k.gradient_a_panels = 8;
  k.gradient_d_panels = 16;
  k.gradient_scratch = tile_gradient_scratch(k.gradient_a_panels + k.gradient_d_panels);
  return k;
}

}  // namespace

const Kernels& amx_kernels() {
  static constexpr Kernels kernels = make_amx_kernels();
  return kernels;
}

}  // namespace understudy
