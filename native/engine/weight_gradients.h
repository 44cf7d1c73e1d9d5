// Weight gradients, after the backward pass through time: independent tasks for whichever thread is free. Each element
// is summed over all rows in one order, so that the number of threads changes nothing.
#pragma once

#include <functional>
#include <vector>

#include "forward.h"

namespace understudy {

class WeightGradients {
 public:
  /// `d_logits` [T·B, 128], as `Forward::score` writes it. `batch` is a multiple of the kernels' `row_multiple`.
  WeightGradients(const Kernels& kernels, const Shape& shape, const Forward& forward, OperandPanels d_logits,
                  size_t batch, size_t steps, size_t threads);

  /// Gradients by the parameters; returns the sum of their squares. `symbols` [steps, batch]. Reorders the operands
  /// that it reads (`Products::prepare_left`, `prepare_right`).
  double compute(const uint8_t* symbols, ThreadPool& pool, float* gradients);

 private:
  /// A block of a gradient matrix: `rows` × `columns` at `offset` of the flat vector, `ld` apart.
  struct Block {
    size_t offset;
    size_t ld;
    size_t rows;
    size_t columns;
  };
  /// A right operand [rows, columns], and room for its scales, `scale_bytes` per panel.
  struct Right {
    OperandPanels values;
    size_t columns;
    char* scales;
    size_t scale_bytes;
  };
  struct Scratch {
    Buffer tile;
    Buffer packing;
  };
  /// Returns the sum of squares of the gradients that it computes.
  using Task = std::function<double(const uint8_t* symbols, const Scratch&, float* gradients)>;

  void add_layer(size_t layer, const Forward& forward);
  void add_softmax(const Forward& forward, OperandPanels d_logits);
  void copy_top(OperandPanels states);
  Right add_right(const Products& products, OperandPanels d, size_t d_columns, const Block* symbols, const Block& bias);
  void add_left(const Products& products, OperandPanels a, size_t rows);
  void add_products(const Products& products, OperandPanels a, const Right& d, const Block& whole);
  double run(const std::vector<Task>& tasks, const uint8_t* symbols, ThreadPool& pool, float* gradients);
  double store(const Scratch& scratch, size_t tile_ld, const Block& block, float* gradients) const;
  size_t panels_of(size_t columns) const { return columns / kernels_.operand_columns; }

  const Kernels& kernels_;
  const Shape& shape_;
  const size_t batch_;
  /// Rows of all steps.
  const size_t rows_;
  /// Tasks that read rows in their original order and then reorder them, and the products, which run after these.
  std::vector<Task> row_tasks_;
  std::vector<Task> product_tasks_;
  /// Copy of the top layer's states for the softmax's products; empty where the cells' products read the same form.
  Buffer top_copy_;
  std::vector<Buffer> scales_;
  std::vector<Scratch> scratch_;
  std::vector<double> squares_;
};

}  // namespace understudy
