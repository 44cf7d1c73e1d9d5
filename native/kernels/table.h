// The kernel tables of one instruction set; included once by each isa_*.cc, after its vector_*.h.
#pragma once

#include "adam.h"
#include "cell.h"
#include "gradient.h"
#include "gradient_int8.h"
#include "kernels.h"
#include "pack.h"
#include "pack_int8.h"
#include "product.h"
#include "product_int8.h"
#include "quantised.h"
#include "softmax.h"
#include "sums.h"

namespace understudy {
namespace {

template <class T>
size_t panel_bytes(size_t k) {
  return k * kPanelFloats * sizeof(T);
}

template <class M>
constexpr Products products() {
  using T = typename M::Element;
  Products p{};
  p.panel_bytes = panel_bytes<T>;
  p.pack = pack<T>;
  p.multiply = product<M>;
  p.gradient = gradient<M>;
  return p;
}

/// Prediction's kernels.
template <class A>
constexpr void use_activations(Kernels& k) {
  k.activations = {sizeof(typename A::Stored), A::most_steps, A::added};
  k.quantised_product = quantised_product<A>;
  k.predict_gates = predict_gates<A>;
  k.predict_candidate = predict_candidate<A>;
  k.quantise = quantise<A>;
}

/// What the numeric modes have in common.
template <class M>
constexpr Kernels common_kernels() {
  using V = typename M::V;
  using T = typename M::Element;
  Kernels k{};
  k.operand_columns = kPanelBytes / sizeof(T);
  k.cells = products<M>();
  k.gates_forward = gates_forward<V, T>;
  k.candidate_forward = candidate_forward<V, T>;
  k.candidate_backward = candidate_backward<V, T>;
  k.reset_backward = reset_backward<V, T>;
  k.softmax = softmax<V, T>;
  k.probabilities = probabilities<V>;
  k.scatter = scatter<V, T>;
  k.column_sums = column_sums<V, T>;
  k.store_tile = store_tile<V>;
  k.to_operand = to_operand<V, T>;
  k.adam = adam<V>;
  use_activations<ActivationPairs<V>>(k);
  return k;
}

template <class V>
constexpr Kernels fp32_kernels(const char* instructions) {
  Kernels k = common_kernels<MultiplyFp32<V>>();
  k.instructions = instructions;
  k.numeric = "fp32";
  // 64 × 128 sums: a pass over 256 rows reads 192 KB, which stays in a second-level cache.
  k.cells.gradient_a_panels = 4;
  k.cells.gradient_d_panels = 8;
  k.softmax_layer = k.cells;
  k.row_multiple = 1;
  k.rows_alone = 16;
  return k;
}

template <class M, void (*pair)(Bfloat*) = pair_two_rows>
constexpr Kernels bf16_kernels(const char* instructions) {
  Kernels k = common_kernels<M>();
  k.instructions = instructions;
  k.numeric = "bf16";
  // 128 × 256 sums: a pass over 512 rows reads 384 KB, which stays in a second-level cache.
  k.cells.gradient_a_panels = 4;
  k.cells.gradient_d_panels = 8;
  k.cells.prepare_left = pair_left<pair>;
  k.cells.prepare_right = pair_right<pair>;
  k.softmax_layer = k.cells;
  k.row_multiple = 2;
  k.rows_alone = 16;
  return k;
}

/// bf16 on a processor without instructions for it: slower than fp32, but it computes what bf16 computes elsewhere.
template <class V>
constexpr Kernels emulated_bf16_kernels(const char* instructions) {
  Kernels k = bf16_kernels<MultiplyBf16Widened<V>>(instructions);
  k.emulated = true;
  return k;
}

/// bf16 but for the cells' products, whose operands are made bytes on the way.
template <class M, Transpose transpose = transpose_16>
constexpr Kernels int8_kernels(Kernels k) {
  k.numeric = "int8";
  k.emulated = false;
  use_activations<ActivationBytes<M>>(k);
  k.row_multiple = kUnitRows;
  k.cells.panel_bytes = panel_bytes_int8;
  k.cells.packs_whole_columns = true;
  k.cells.pack = pack_int8<M, transpose>;
  k.cells.multiply = product_int8<M>;
  k.cells.scale_bytes = scale_bytes_int8;
  k.cells.prepare_left = prepare_left_int8<M>;
  k.cells.prepare_right = prepare_right_int8<M>;
  k.cells.gradient = gradient_int8<M>;
  return k;
}

}  // namespace
}  // namespace understudy
