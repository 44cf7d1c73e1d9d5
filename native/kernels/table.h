// Construction of an instruction set's kernel tables; included once by each isa_*.cc, after its vector_*.h.
#pragma once

#include "adam.h"
#include "cell.h"
#include "gradient.h"
#include "gradient_int8.h"
#include "inference.h"
#include "kernels.h"
#include "pack.h"
#include "pack_int8.h"
#include "product.h"
#include "product_int8.h"
#include "reductions.h"
#include "softmax.h"
#include "vector_concept.h"

namespace understudy {
namespace {

static_assert(is_vector<Vector>(), "a vector type must have the members in vector_concept.h");

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

/// Sets the kernels of inference with activations of format A.
template <class A>
constexpr void use_activations(Kernels& k) {
  k.activations = {sizeof(typename A::Stored), A::qmax, A::zero_point, A::weight_qmax};
  k.quantised_product = quantised_product<A>;
  k.inference_gates = inference_gates<A>;
  k.inference_candidate = inference_candidate<A>;
  k.inference_rnn = inference_rnn<A>;
  k.quantise = quantise<A>;
}

/// Kernels common to all numeric modes, for operands that M multiplies.
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
  k.rnn_forward = rnn_forward<V, T>;
  k.rnn_backward = rnn_backward<V, T>;
  k.softmax = softmax<V, T>;
  k.probabilities = probabilities<V>;
  k.scatter = scatter<V, T>;
  k.column_sums = column_sums<V, T>;
  k.store_tile = store_tile<V>;
  k.to_operand = to_operand<V, T>;
  k.adam = adam<V>;
  use_activations<ActivationsInt16<V>>(k);
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
  k.min_rows_per_thread = 16;
  return k;
}

template <class M, void (*pair)(Bfloat16*) = pair_two_rows>
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
  k.min_rows_per_thread = 16;
  return k;
}

/// bf16 on a processor without instructions for it: slower than fp32, with the results of bf16 on other processors.
template <class V>
constexpr Kernels emulated_bf16_kernels(const char* instructions) {
  Kernels k = bf16_kernels<MultiplyBf16Widened<V>>(instructions);
  k.emulated = true;
  return k;
}

/// int8 from a bf16 table: the cells' products quantise their operands.
template <class M, Transpose transpose = transpose_16>
constexpr Kernels int8_kernels(Kernels k) {
  k.numeric = "int8";
  k.weight_bits = 8;
  k.emulated = false;
  use_activations<ActivationsInt8<M>>(k);
  k.row_multiple = kRowsPerUnit;
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

/// As int8_kernels with weights of seven bits.
template <class M>
constexpr Kernels int7_kernels(Kernels k) {
  static_assert(M::weight_qmax == 63, "two products of bytes have to fit into 16 bits");
  k = int8_kernels<M>(k);
  k.weight_bits = 7;
  return k;
}

}  // namespace
}  // namespace understudy
