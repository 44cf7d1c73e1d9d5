// The fp32 kernel table of one instruction set; included once by each, after its vector_*.h.
#pragma once

#include "adam.h"
#include "cell.h"
#include "gradient.h"
#include "kernels.h"
#include "product.h"
#include "quantised.h"
#include "softmax.h"
#include "sums.h"

namespace understudy {
namespace {

template <class V>
constexpr Kernels fp32_kernels(const char* instructions) {
  Kernels k{};
  k.instructions = instructions;
  k.numeric = "fp32";
  k.operand_columns = kPanelFloats;
  // 64 × 128 sums: a pass over 256 rows reads 192 KB, which stays in a second-level cache.
  k.gradient_a_panels = 4;
  k.gradient_d_panels = 8;
  k.gradient_scratch = 0;
  k.packed_weight_bytes = sizeof(float);
  k.pack = pack_fp32;
  k.product = product<V>;
  k.gates_forward = gates_forward<V, float>;
  k.candidate_forward = candidate_forward<V, float>;
  k.candidate_backward = candidate_backward<V, float>;
  k.reset_backward = reset_backward<V, float>;
  k.softmax = softmax<V, float>;
  k.probabilities = probabilities<V>;
  k.gradient = gradient<V>;
  k.scatter = scatter<V, float>;
  k.column_sums = column_sums<V, float>;
  k.to_operand = to_operand<V, float>;
  k.adam = adam<V>;
  k.quantised_product = quantised_product<V>;
  k.predict_gates = predict_gates<V>;
  k.predict_candidate = predict_candidate<V>;
  k.quantise = quantise<V>;
  return k;
}

}  // namespace
}  // namespace understudy
