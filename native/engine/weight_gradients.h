// The gradients by the parameters, after the backward pass through time: independent tasks, each element summed over
// all rows in one order by whichever thread is free, so that thread counts change nothing.
#pragma once

#include <functional>
#include <vector>

#include "forward.h"

namespace understudy {

class WeightGradients {
 public:
  /// `d_logits` [T·B, 128], as `Forward::score` writes it. `batch` is a multiple of the kernels' `row_multiple`.
  WeightGradients(const Kernels& kernels, const Shape& shape, const Forward& forward, Operand d_logits, size_t batch,
                  size_t steps, size_t threads);

  /// Gradients by the parameters, [parameterCount]; gives the sum of their squares. `symbols` [steps, batch]. Leaves
  /// the rows that it read in another order.
  double compute(const uint8_t* symbols, Threads& threads, float* gradients);

 private:
  /// A block of a gradient matrix: `rows` × `columns` at `offset` of the flat vector, `ld` apart.
  struct Block {
    size_t offset;
    size_t ld;
    size_t rows;
    size_t columns;
  };
  /// A right operand [rows, columns], and the scales that it gets, `scale_bytes` a panel.
  struct Right {
    Operand values;
    size_t columns;
    char* scales;
    size_t scale_bytes;
  };
  struct Scratch {
    Buffer tile;
    Buffer packing;
  };
  /// Gives the sum of squares of the gradients that it computes.
  using Task = std::function<double(const uint8_t* symbols, const Scratch&, float* gradients)>;

  void add_layer(size_t layer, const Forward& forward);
  void add_softmax(const Forward& forward, Operand d_logits);
  void copy_top(Operand states);
  Right add_right(const Products& products, Operand d, size_t d_columns, const Block* symbols, const Block& bias);
  void add_left(const Products& products, Operand a, size_t rows);
  void add_products(const Products& products, Operand a, const Right& d, const Block& whole);
  double run(const std::vector<Task>& tasks, const uint8_t* symbols, Threads& threads, float* gradients);
  double store(const Scratch& scratch, size_t tile_ld, const Block& block, float* gradients) const;
  size_t panels_of(size_t columns) const { return columns / kernels_.operand_columns; }

  const Kernels& kernels_;
  const Shape& shape_;
  const size_t batch_;
  /// Of all steps.
  const size_t rows_;
  /// What reads rows as they stand, and then makes them ready; after it the products.
  std::vector<Task> row_tasks_;
  std::vector<Task> product_tasks_;
  /// The top layer's states for the softmax's products; empty where the cells' read them in the same form.
  Buffer top_copy_;
  std::vector<Buffer> scales_;
  std::vector<Scratch> scratch_;
  std::vector<double> squares_;
};

}  // namespace understudy
