// The backward pass: first through time, each thread its own rows as in the forward pass; then the weight gradients,
// each element summed over all rows in one order by whichever thread is free, so that thread counts change nothing.
#pragma once

#include <functional>
#include <vector>

#include "forward.h"

namespace understudy {

class Backward {
 public:
  Backward(const Kernels& kernels, const Shape& shape, const Weights& weights, const Forward& forward, size_t batch,
           size_t steps, size_t threads);

  /// Where `Forward::score` writes the gradient by the logits, [T·B, 128].
  Operand d_logits() const { return {d_logits_.bytes(), steps_ * batch_ * kPanelBytes}; }

  /// One thread's share of the rows: turns the forward pass's gates into gradients by the pre-activations.
  void through_time(size_t thread);

  /// Gradients by the parameters, [parameterCount]; gives the sum of their squares. `symbols` [steps, batch].
  double weight_gradients(const uint8_t* symbols, Threads& threads, float* gradients);

 private:
  /// A block of a gradient matrix: `rows` × `columns` at `offset` of the flat vector, `ld` apart.
  struct Block {
    size_t offset;
    size_t ld;
    size_t rows;
    size_t columns;
  };
  struct Scratch {
    Buffer tile;
    Buffer packing;
  };
  /// One independent piece of the weight gradients; gives its sum of squares.
  using Task = std::function<double(const uint8_t* symbols, const Scratch&, float* gradients)>;

  void layer_through_time(size_t layer, size_t thread);
  void add_product_tasks(Operand a, Operand d, size_t d_columns, Block whole);
  void add_symbol_tasks(Operand d, Block whole);
  void add_bias_task(Operand d, size_t d_columns, Block whole);

  const Kernels& kernels_;
  const Shape& shape_;
  const Weights& weights_;
  const Forward& forward_;
  const size_t batch_;
  const size_t steps_;
  Buffer d_logits_;
  /// Per thread: gradient by a layer's outputs [T·rows, H]; by the carried state and by r∘h [rows, H].
  std::vector<Buffer> above_;
  std::vector<Buffer> carry_;
  std::vector<Buffer> d_kept_;
  Buffer zeros_;
  std::vector<Task> tasks_;
  std::vector<Scratch> scratch_;
  std::vector<double> squares_;
};

}  // namespace understudy
