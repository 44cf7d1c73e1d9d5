// The backward pass through time. Each thread works on its group's rows and its own units, as in the forward pass; the
// weight gradients follow (weight_gradients.h).
#pragma once

#include <vector>

#include "forward.h"

namespace understudy {

class Backward {
 public:
  Backward(const Kernels& kernels, const Shape& shape, const Weights& weights, const Forward& forward, size_t batch,
           size_t steps, size_t threads);

  /// Gradient by the logits, [T·B, 128]; `Forward::score` writes it.
  OperandPanels d_logits() const { return {d_logits_.bytes(), steps_ * batch_ * kPanelBytes}; }

  /// One thread's share: replaces the forward pass's gates by the gradients by the pre-activations.
  void through_time(size_t thread);

 private:
  void layer_through_time(size_t layer, size_t thread);
  void gru_back(size_t layer, size_t thread, size_t step, CellBackward& cell);
  void rnn_back(size_t layer, size_t thread, size_t step, CellBackward& cell);
  void input_from_above(size_t layer, size_t thread, size_t first_step, size_t steps, Fp32Panels dh_above) const;
  size_t panel_of(size_t column) const { return column / kernels_.operand_columns; }

  const Kernels& kernels_;
  const Shape& shape_;
  const Weights& weights_;
  const Forward& forward_;
  const ThreadGroups& groups_;
  const size_t batch_;
  const size_t steps_;
  /// Time steps whose products with the layer above are done as one.
  const size_t hoisted_;
  Buffer d_logits_;
  /// Per thread: gradients by a layer's outputs [hoisted·rows, units], by h_next from the following step and by
  /// r∘h_prev [rows, units].
  std::vector<Buffer> dh_above_;
  std::vector<Buffer> dh_next_;
  std::vector<Buffer> d_rh_;
  Buffer zeros_;
};

}  // namespace understudy
