#include "vector_avx512.h"

#include "amx.h"
#include "amx_int8.h"
#include "kernels/isa.h"
#include "kernels/table.h"

namespace understudy {

namespace {

constexpr Kernels make_amx_kernels() {
  Kernels k = bf16_kernels<MultiplyBf16, pair_two_rows_avx512>("AMX");
  k.row_multiple = 1;
  // Tiles multiply faster than the last-level cache delivers weights.
  k.min_rows_per_thread = 64;
  k.cells.pack = pack_avx512<Bfloat16>;
  k.cells.multiply = product_amx;
  k.cells.gradient = gradient_amx;
  // The tiles are packed from rows in their original order.
  k.cells.prepare_left = nullptr;
  k.cells.prepare_right = nullptr;
  // 256 × 512 sums: so many products make the packing of their operands cheap. With both operands' tiles this is 0.9
  // MB, within the second-level cache of every processor with AMX.
  k.cells.gradient_a_panels = 8;
  k.cells.gradient_d_panels = 16;
  k.cells.gradient_scratch = tile_gradient_scratch(k.cells.gradient_a_panels + k.cells.gradient_d_panels);
  k.softmax_layer = k.cells;
  return k;
}

constexpr Kernels make_amx_int8_kernels() {
  const Kernels bf16 = make_amx_kernels();
  Kernels k = int8_kernels<MultiplyInt8Tiles, transpose_16_avx512>(bf16);
  // Inference of one stream would leave tiles nearly empty.
  use_activations<ActivationsInt8<MultiplyInt8>>(k);
  k.cells.multiply = product_amx_int8;
  k.cells.gradient = gradient_amx_int8;
  k.cells.gradient_scratch = int8_tiles_scratch(k.cells.gradient_a_panels + k.cells.gradient_d_panels);
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
