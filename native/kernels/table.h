// The kernel tables of one instruction set; included once by each isa_*.cc, after its vector_*.h.
#pragma once

#include "adam.h"
#include "cell.h"
#include "gradient.h"
#include "kernels.h"
#include "pack.h"
#include "product.h"
#include "quantised.h"
#include "softmax.h"
#include "sums.h"

namespace understudy {
namespace {

/// What the numeric modes have in common.
template <class M>
constexpr Kernels common_kernels() {
  using V = typename M::V;
  using T = typename M::Element;
  Kernels k{};
  k.operand_columns = kPanelBytes / sizeof(T);
  k.packed_weight_bytes = sizeof(T);
  k.pack = pack<T>;
  k.product = product<M>;
  k.gates_forward = gates_forward<V, T>;
  k.candidate_forward = candidate_forward<V, T>;
  k.candidate_backward = candidate_backward<V, T>;
  k.reset_backward = reset_backward<V, T>;
  k.softmax = softmax<V, T>;
  k.probabilities = probabilities<V>;
  k.scatter = scatter<V, T>;
  k.column_sums = column_sums<V, T>;
  k.gradient = gradient<M>;
  k.store_tile = store_tile<V>;
  k.to_operand = to_operand<V, T>;
  k.adam = adam<V>;
  k.quantised_product = quantised_product<V>;
  k.predict_gates = predict_gates<V>;
  k.predict_candidate = predict_candidate<V>;
  k.quantise = quantise<V>;
  return k;
}

template <class V>
constexpr Kernels fp32_kernels(const char* instructions) {
  Kernels k = common_kernels<MultiplyFp32<V>>();
  k.instructions = instructions;
  k.numeric = "fp32";
  // 64 × 128 sums: a pass over 256 rows reads 192 KB, which stays in a second-level cache.
  k.gradient_a_panels = 4;
  k.gradient_d_panels = 8;
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
  k.gradient_a_panels = 4;
  k.gradient_d_panels = 8;
  k.row_multiple = 2;
  k.rows_alone = 16;
  k.pair_rows = pair_rows<pair>;
  return k;
}

/// bf16 on a processor without instructions for it: slower than fp32, but it computes what bf16 computes elsewhere.
template <class V>
constexpr Kernels emulated_bf16_kernels(const char* instructions) {
  Kernels k = bf16_kernels<MultiplyBf16Widened<V>>(instructions);
  k.emulated = true;
  return k;
}

}  // namespace
}  // namespace understudy
