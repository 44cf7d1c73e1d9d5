#include "weight_gradients.h"

#include <algorithm>

namespace understudy {

WeightGradients::WeightGradients(const Kernels& kernels, const Shape& shape, const Forward& forward, Operand d_logits,
                                 size_t batch, size_t steps, size_t threads)
    : kernels_(kernels), shape_(shape), batch_(batch), rows_(steps * batch) {
  for (size_t layer = 0; layer < shape.layers; layer++) add_layer(layer, forward);
  const Operand top = forward.states(shape.layers - 1).from_row(batch);
  add_row_tasks(d_logits, Shape::logits, nullptr, {shape.softmax_bias, kAlphabet, 1, kAlphabet});
  add_products(top, d_logits, Shape::logits, {shape.softmax_kernel, kAlphabet, shape.units, kAlphabet});
  for (size_t layer = 1; layer < shape.layers; layer++) {
    const Operand below = forward.states(layer - 1).from_row(batch);
    const CellShape& cell = shape.cells[layer];
    for (size_t gate = 0; gate < kGates; gate++) {
      const Operand d = forward.gates(layer).from_panel(gate * panels_of(shape.h));
      add_products(below, d, shape.h, {cell.kernel(gate), cell.kernel_ld(gate), shape.units, shape.units});
    }
  }

  squares_.resize(std::max(row_tasks_.size(), product_tasks_.size()));
  const size_t tile_columns = std::max(kernels.gradient_d_panels * kernels.operand_columns, Shape::logits);
  const size_t tile_rows = std::max(kernels.gradient_a_panels * kernels.operand_columns, kAlphabet);
  for (size_t thread = 0; thread < threads; thread++)
    scratch_.push_back({float_buffer(tile_rows * tile_columns), Buffer(kernels.gradient_scratch)});
}

/// The layer's biases, the weights of its own state and of symbols, and the pairing of all that it left.
void WeightGradients::add_layer(size_t layer, const Forward& forward) {
  const CellShape& cell = shape_.cells[layer];
  const size_t units = shape_.units;
  add_pairing(forward.states(layer), rows_ + batch_);
  add_pairing(forward.kept(layer), rows_);
  for (size_t gate = 0; gate < kGates; gate++) {
    const size_t ld = cell.kernel_ld(gate);
    const Operand d = forward.gates(layer).from_panel(gate * panels_of(shape_.h));
    const Block symbols{cell.kernel(gate), ld, kAlphabet, units};
    add_row_tasks(d, shape_.h, layer == 0 ? &symbols : nullptr, {cell.bias(gate), units, 1, units});
    const Operand hidden = gate == kCandidate ? forward.kept(layer) : forward.states(layer);
    add_products(hidden, d, shape_.h, {cell.kernel(gate) + cell.inputs * ld, ld, units, units});
  }
}

double WeightGradients::compute(const uint8_t* symbols, Threads& threads, float* gradients) {
  const double squares = run(row_tasks_, symbols, threads, gradients);
  return squares + run(product_tasks_, symbols, threads, gradients);
}

double WeightGradients::run(const std::vector<Task>& tasks, const uint8_t* symbols, Threads& threads,
                            float* gradients) {
  threads.tasks(tasks.size(), [&](size_t task, size_t thread) {
    squares_[task] = tasks[task](symbols, scratch_[thread], gradients);
  });
  double sum = 0;
  for (size_t task = 0; task < tasks.size(); task++) sum += squares_[task];
  return sum;
}

/// Copies the valid part of the scratch tile to its place.
double WeightGradients::store(const Scratch& scratch, size_t tile_ld, const Block& block, float* gradients) const {
  return kernels_.store_tile(scratch.tile.floats(), tile_ld, block.rows, block.columns, gradients + block.offset,
                             block.ld);
}

/// Of some columns of d: the bias's gradient (column sums) and that of a one-hot input's weights (rows summed by
/// symbol); then their pairing.
void WeightGradients::add_row_tasks(Operand d, size_t d_columns, const Block* symbols, const Block& bias) {
  for (size_t j = 0; j < panels_of(d_columns); j += kernels_.gradient_d_panels) {
    const size_t panels = std::min(kernels_.gradient_d_panels, panels_of(d_columns) - j);
    const size_t ld = panels * kernels_.operand_columns;
    const size_t column = j * kernels_.operand_columns;
    const auto part = [&](const Block& whole) {
      return Block{whole.offset + column, whole.ld, whole.rows, std::min(ld, whole.columns - column)};
    };
    if (column >= bias.columns) continue;
    const Block some_bias = part(bias);
    const Block some_symbols = symbols ? part(*symbols) : Block{};
    const bool reads_symbols = symbols != nullptr;
    row_tasks_.push_back([=, columns = d.from_panel(j)](const uint8_t* read, const Scratch& scratch, float* gradients) {
      float* tile = scratch.tile.floats();
      kernels_.column_sums(columns, panels, rows_, tile);
      double squares = store(scratch, ld, some_bias, gradients);
      if (reads_symbols) {
        std::fill_n(tile, kAlphabet * ld, 0.0f);
        kernels_.scatter(columns, panels, read, rows_, tile, ld);
        squares += store(scratch, ld, some_symbols, gradients);
      }
      if (kernels_.pair_rows) kernels_.pair_rows(columns, panels, rows_);
      return squares;
    });
  }
}

/// Of an operand [rows, H].
void WeightGradients::add_pairing(Operand a, size_t rows) {
  if (!kernels_.pair_rows) return;
  for (size_t i = 0; i < panels_of(shape_.h); i += kernels_.gradient_a_panels) {
    const size_t panels = std::min(kernels_.gradient_a_panels, panels_of(shape_.h) - i);
    row_tasks_.push_back([=, part = a.from_panel(i)](const uint8_t*, const Scratch&, float*) {
      kernels_.pair_rows(part, panels, rows);
      return 0.0;
    });
  }
}

/// aᵀ·d cut into tiles. `whole`: where the product goes; a and d are padded beyond it.
void WeightGradients::add_products(Operand a, Operand d, size_t d_columns, const Block& whole) {
  const size_t per_panel = kernels_.operand_columns;
  const size_t a_all = panels_of(padded(whole.rows));
  for (size_t i = 0; i < a_all; i += kernels_.gradient_a_panels)
    for (size_t j = 0; j < panels_of(d_columns); j += kernels_.gradient_d_panels) {
      GradientTile tile{};
      tile.a = a.from_panel(i);
      tile.d = d.from_panel(j);
      tile.a_panels = std::min(kernels_.gradient_a_panels, a_all - i);
      tile.d_panels = std::min(kernels_.gradient_d_panels, panels_of(d_columns) - j);
      tile.rows = rows_;
      const size_t row = i * per_panel;
      const size_t column = j * per_panel;
      if (column >= whole.columns) continue;
      const Block block{whole.offset + row * whole.ld + column, whole.ld,
                        std::min(tile.a_panels * per_panel, whole.rows - row),
                        std::min(tile.d_panels * per_panel, whole.columns - column)};
      product_tasks_.push_back([this, tile, block](const uint8_t*, const Scratch& scratch, float* gradients) {
        GradientTile mine = tile;
        mine.tile = scratch.tile.floats();
        mine.scratch = scratch.packing.bytes();
        kernels_.gradient(mine);
        return store(scratch, mine.d_panels * kernels_.operand_columns, block, gradients);
      });
    }
}

}  // namespace understudy
