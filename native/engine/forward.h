// The forward pass over T time steps of B rows. A thread computes its group's rows and its own units (thread_groups.h).
//
// Rows of every matrix over time are numbered t·B + b. B may include padding rows, to fill a multiple: these start from
// zeros, read symbol 0 and have no loss, so they add nothing to any gradient.
#pragma once

#include <vector>

#include "thread_groups.h"
#include "weights.h"

namespace understudy {

/// A layer's values that the backward pass needs.
struct LayerTrace {
  /// r, u, c of a GRU [T·B, G·H]; the backward pass replaces them by the gradients by the pre-activations, and writes
  /// that of an RNN here.
  Buffer gates;
  /// h before the first step, then after each: [(T + 1)·B, H].
  Buffer h;
  /// r∘h_prev of a GRU: [T·B, H]
  Buffer rh;
};

/// Number of time steps whose products with another layer are done as one, where each step has `rows` rows.
size_t hoisted_steps(size_t rows, size_t steps);

class Forward {
 public:
  /// `valid`: rows of `batch` that are not padding, the first ones.
  Forward(const Kernels& kernels, const Shape& shape, const Weights& weights, size_t batch, size_t valid, size_t steps,
          size_t threads);

  /// Recurrent state [layers, valid, units], copied in and out.
  void set_state(const float* hidden);
  void get_state(float* hidden) const;

  /// One thread's share of all layers and steps, starting from the state and changing it. `symbols` [steps, batch].
  void run(size_t thread, const uint8_t* symbols);

  /// After `run`, on the thread's own rows: logits, then softmax against `targets` [steps, batch]. `nats` and `correct`
  /// [steps, batch]. `d_logits` [T·B, 128]: gradient by the logits of the loss scale × Σ nats over valid rows; data
  /// null for none.
  void score(size_t thread, const uint8_t* targets, float scale, OperandPanels d_logits, float* nats, uint8_t* correct);

  /// After `run`, the same rows' probabilities of the next symbol, [steps, batch, 98].
  void predict(size_t thread, float* probabilities);

  const ThreadGroups& groups() const { return groups_; }
  OperandPanels gates(size_t layer) const { return {trace_[layer].gates.bytes(), steps_ * batch_ * kPanelBytes}; }
  OperandPanels rh(size_t layer) const { return {trace_[layer].rh.bytes(), steps_ * batch_ * kPanelBytes}; }
  /// States from the one before the first step on; those after each step start `batch` rows later.
  OperandPanels states(size_t layer) const { return {trace_[layer].h.bytes(), (steps_ + 1) * batch_ * kPanelBytes}; }

 private:
  void run_layer(size_t layer, size_t thread, const uint8_t* symbols);
  void run_gru(size_t layer, size_t thread, size_t row, CellForward& cell);
  void run_rnn(size_t layer, size_t thread, size_t row, CellForward& cell);
  void input_products(size_t layer, size_t thread, size_t first_step, size_t steps, const uint8_t* symbols,
                      Fp32Panels pre_activations) const;
  Fp32Panels logits(size_t thread, size_t first_step, size_t steps) const;
  size_t panel_of(size_t unit) const { return unit / kernels_.operand_columns; }
  Fp32Panels state(size_t layer) const { return {state_[layer].floats(), batch_ * kPanelFloats}; }

  const Kernels& kernels_;
  const Shape& shape_;
  const Weights& weights_;
  const size_t batch_;
  const size_t valid_;
  const size_t steps_;
  ThreadGroups groups_;
  /// Time steps whose products with the input are done as one.
  const size_t hoisted_;
  std::vector<LayerTrace> trace_;
  /// State of each layer, fp32 [batch, H].
  std::vector<Buffer> state_;
  /// Per thread: pre-activations of `hoisted_` steps, [hoisted·rows, G·its units], or logits.
  std::vector<Buffer> pre_activations_;
};

}  // namespace understudy
