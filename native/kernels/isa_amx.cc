#include "vector_avx512.h"

#include "amx.h"
#include "amx_int8.h"
#include "isa.h"
#include "table.h"

namespace understudy {

namespace {

constexpr Kernels make_amx_kernels() {
  Kernels k = bf16_kernels<MultiplyBf16, pair_two_rows_avx512>("AMX");
  k.row_multiple = 1;
  // Tiles multiply faster than the last-level cache gives weights.
  k.rows_alone = 64;
  k.cells.pack = pack_avx512<Bfloat>;
  k.cells.multiply = product_amx;
  k.cells.gradient = gradient_amx;
  // Its tiles are packed from rows as they stand.
  k.cells.prepare_left = nullptr;
  k.cells.prepare_right = nullptr;
  // 256 × 512 sums: what packing the operands costs is small beside so many products. With both operands' tiles this
  // is 0.9 MB, within the second-level cache of every processor with AMX.
  k.cells.gradient_a_panels = 8;
  k.cells.gradient_d_panels = 16;
  k.cells.gradient_scratch = tile_gradient_scratch(k.cells.gradient_a_panels + k.cells.gradient_d_panels);
  k.softmax_layer = k.cells;
  return k;
}

constexpr Kernels make_amx_int8_kernels() {
  const Kernels bf16 = make_amx_kernels();
  Kernels k = int8_kernels<MultiplyTileBytes, transpose_16_avx512>(bf16);
  // One stream at a time leaves tiles nearly empty.
  use_activations<ActivationBytes<MultiplyBytes>>(k);
  k.cells.multiply = product_amx_int8;
  k.cells.gradient = gradient_amx_int8;
  k.cells.gradient_scratch = byte_tiles_scratch(k.cells.gradient_a_panels + k.cells.gradient_d_panels);
  return k;
}

}  // namespace

const Kernels& amx_kernels() {
  static constexpr Kernels kernels = make_amx_kernels();
  return kernels;
}

const Kernels& amx_int8_kernels() {
  static constexpr Kernels kernels = make_amx_int8_kernels();
  return kernels;
}

}  // namespace understudy
