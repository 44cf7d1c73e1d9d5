// The backward pass through time, each thread its team's rows and its own units as in the forward pass. The weight
// gradients come after it (weight_gradients.h).
#pragma once

#include <vector>

#include "forward.h"

namespace understudy {

class Backward {
 public:
  Backward(const Kernels& kernels, const Shape& shape, const Weights& weights, const Forward& forward, size_t batch,
           size_t steps, size_t threads);

  /// Where `Forward::score` writes the gradient by the logits, [T·B, 128].
  Operand d_logits() const { return {d_logits_.bytes(), steps_ * batch_ * kPanelBytes}; }

  /// One thread's share: turns the forward pass's gates into gradients by the pre-activations.
  void through_time(size_t thread);

 private:
  void layer_through_time(size_t layer, size_t thread);
  void from_above(size_t layer, size_t thread, size_t first_step, size_t steps, Values above) const;
  size_t panel_of(size_t column) const { return column / kernels_.operand_columns; }

  const Kernels& kernels_;
  const Shape& shape_;
  const Weights& weights_;
  const Forward& forward_;
  const Teams& teams_;
  const size_t batch_;
  const size_t steps_;
  /// Steps whose product with the layer above is one product.
  const size_t hoisted_;
  Buffer d_logits_;
  /// Per thread: gradient by a layer's outputs [hoisted·rows, units]; by the carried state and by r∘h [rows, units].
  std::vector<Buffer> above_;
  std::vector<Buffer> carry_;
  std::vector<Buffer> d_kept_;
  Buffer zeros_;
};

}  // namespace understudy
