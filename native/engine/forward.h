// The forward pass over T steps of B rows. A thread computes its team's rows and its own units (teams.h).
//
// Rows of every matrix over time are numbered t·B + b. B may have more rows than count, to fill up a multiple: those
// start from zeros, read symbol 0 and have no loss, so they add nothing to any gradient.
#pragma once

#include <vector>

#include "teams.h"
#include "weights.h"

namespace understudy {

/// What a layer leaves for the backward pass.
struct LayerTrace {
  /// r, u, c: [T·B, 3H]; the backward pass turns them into gradients by the pre-activations.
  Buffer gates;
  /// h before the first step, then after each: [(T + 1)·B, H].
  Buffer after;
  /// r∘h: [T·B, H]
  Buffer kept;
};

/// How many steps' products with another layer are done as one, where each step has `rows` rows.
size_t hoisted_steps(size_t rows, size_t steps);

class Forward {
 public:
  /// `counted`: rows that are not there to fill up `batch`, the first ones.
  Forward(const Kernels& kernels, const Shape& shape, const Weights& weights, size_t batch, size_t counted,
          size_t steps, size_t threads);

  /// Recurrent state [layers, counted, units], copied in and out.
  void set_state(const float* hidden);
  void get_state(float* hidden) const;

  /// One thread's share: all layers and steps, from the state and changing it. `symbols` [steps, batch].
  void run(size_t thread, const uint8_t* symbols);

  /// After `run`, some of the team's rows: logits, then softmax against `targets` [steps, batch]. `nats` and `correct`
  /// [steps, batch]. `d_logits` [T·B, 128]: the gradient by the logits for a loss of scale × Σ nats of the rows that
  /// count; data null for none.
  void score(size_t thread, const uint8_t* targets, float scale, Operand d_logits, float* nats, uint8_t* correct);

  /// After `run`, the same rows' probabilities of the next symbol, [steps, batch, 98].
  void predict(size_t thread, float* probabilities);

  const Teams& teams() const { return teams_; }
  Operand gates(size_t layer) const { return {trace_[layer].gates.bytes(), steps_ * batch_ * kPanelBytes}; }
  Operand kept(size_t layer) const { return {trace_[layer].kept.bytes(), steps_ * batch_ * kPanelBytes}; }
  /// States from before the first step on; skip `batch` rows for those after each step.
  Operand states(size_t layer) const { return {trace_[layer].after.bytes(), (steps_ + 1) * batch_ * kPanelBytes}; }

 private:
  void run_layer(size_t layer, size_t thread, const uint8_t* symbols);
  void input_sums(size_t layer, size_t thread, size_t first_step, size_t steps, const uint8_t* symbols,
                  Values sums) const;
  Values logits(size_t thread, size_t first_step, size_t steps) const;
  size_t panel_of(size_t unit) const { return unit / kernels_.operand_columns; }
  Values state(size_t layer) const { return {state_[layer].floats(), batch_ * kPanelFloats}; }

  const Kernels& kernels_;
  const Shape& shape_;
  const Weights& weights_;
  const size_t batch_;
  const size_t counted_;
  const size_t steps_;
  Teams teams_;
  /// Steps whose input product is one product.
  const size_t hoisted_;
  std::vector<LayerTrace> trace_;
  /// fp32 [batch, H] of each layer.
  std::vector<Buffer> state_;
  /// Per thread: the sums of `hoisted_` steps, [hoisted·rows, 3·its units] (or logits).
  std::vector<Buffer> sums_;
};

}  // namespace understudy
