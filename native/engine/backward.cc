#include "backward.h"

#include <algorithm>

namespace understudy {

namespace {

/// Copies a tile's valid part to its place in the gradient vector; gives the sum of its squares.
double store_tile(const float* tile, size_t tile_ld, size_t rows, size_t columns, float* to, size_t ld) {
  double sums[8] = {};
  for (size_t row = 0; row < rows; row++, tile += tile_ld, to += ld) {
    std::memcpy(to, tile, columns * sizeof(float));
    for (size_t column = 0; column < columns; column++) {
      const double value = tile[column];
      sums[column % 8] += value * value;
    }
  }
  return ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
}

}  // namespace

Backward::Backward(const Kernels& kernels, const Shape& shape, const Weights& weights, const Forward& forward,
                   size_t batch, size_t steps, size_t threads)
    : kernels_(kernels),
      shape_(shape),
      weights_(weights),
      forward_(forward),
      batch_(batch),
      steps_(steps),
      d_logits_(Shape::logits / kernels.operand_columns * kPanelBytes * steps * batch),
      zeros_(zeroed_floats(shape.h)) {
  const size_t most_rows = (batch + threads - 1) / threads;
  for (size_t thread = 0; thread < threads; thread++) {
    above_.push_back(float_buffer(steps * most_rows * shape.h));
    carry_.push_back(float_buffer(most_rows * shape.h));
    d_kept_.push_back(float_buffer(most_rows * shape.h));
  }

  const size_t units = shape.units;
  const size_t gate_panels = shape.h / kernels.operand_columns;
  const Operand top = forward.states(shape.layers - 1).from_row(batch);
  for (size_t layer = 0; layer < shape.layers; layer++) {
    const CellShape& cell = shape.cells[layer];
    for (size_t gate = 0; gate < 3; gate++) {
      const bool is_candidate = gate == 2;
      const size_t ld = is_candidate ? units : 2 * units;
      const size_t kernel = is_candidate ? cell.candidate_kernel : cell.gates_kernel + gate * units;
      const Operand d = forward.gates(layer).from_panel(gate * gate_panels);
      const Operand hidden = is_candidate ? forward.kept(layer) : forward.states(layer);
      add_product_tasks(hidden, d, shape.h, {kernel + cell.inputs * ld, ld, units, units});
      if (layer > 0)
        add_product_tasks(forward.states(layer - 1).from_row(batch), d, shape.h, {kernel, ld, units, units});
    }
  }
  add_product_tasks(top, d_logits(), Shape::logits, {shape.softmax_kernel, kAlphabet, units, kAlphabet});
  for (size_t layer = 0; layer < shape.layers; layer++) {
    const CellShape& cell = shape.cells[layer];
    for (size_t gate = 0; gate < 3; gate++) {
      const bool is_candidate = gate == 2;
      const size_t ld = is_candidate ? units : 2 * units;
      const Operand d = forward.gates(layer).from_panel(gate * gate_panels);
      if (layer == 0) {
        const size_t kernel = is_candidate ? cell.candidate_kernel : cell.gates_kernel + gate * units;
        add_symbol_tasks(d, {kernel, ld, kAlphabet, units});
      }
      const size_t bias = is_candidate ? cell.candidate_bias : cell.gates_bias + gate * units;
      add_bias_task(d, shape.h, {bias, ld, 1, units});
    }
  }
  add_bias_task(d_logits(), Shape::logits, {shape.softmax_bias, kAlphabet, 1, kAlphabet});

  squares_.resize(tasks_.size());
  const size_t tile_columns = std::max(kernels.gradient_d_panels * kernels.operand_columns, Shape::logits);
  const size_t tile_rows = std::max(kernels.gradient_a_panels * kernels.operand_columns, kAlphabet);
  for (size_t thread = 0; thread < threads; thread++)
    scratch_.push_back({float_buffer(std::max(tile_rows * tile_columns, shape.h)), Buffer(kernels.gradient_scratch)});
}

void Backward::through_time(size_t thread) {
  const Share rows = forward_.rows_of(thread);
  if (rows.size() == 0) return;
  const Values above{above_[thread].floats(), steps_ * rows.size() * kPanelFloats};
  const Segments all_steps{rows.size(), steps_, batch_, rows.size()};
  kernels_.product(d_logits().from_row(rows.begin), Shape::logits, weights_.softmax_back().bytes(), above, shape_.h,
                   all_steps, zeros_.floats());
  for (size_t layer = shape_.layers; layer-- > 0;) {
    layer_through_time(layer, thread);
    if (layer > 0)
      kernels_.product(forward_.gates(layer).from_row(rows.begin), 3 * shape_.h,
                       weights_.cell(layer).input_back.bytes(), above, shape_.h, all_steps, zeros_.floats());
  }
}

void Backward::layer_through_time(size_t layer, size_t thread) {
  const Share rows = forward_.rows_of(thread);
  const CellWeights& weights = weights_.cell(layer);
  const size_t h = shape_.h;
  const size_t stride = rows.size() * kPanelFloats;
  const Values above{above_[thread].floats(), steps_ * stride};
  const Values carry{carry_[thread].floats(), stride};
  const Values d_kept{d_kept_[thread].floats(), stride};
  const size_t candidate_panel = 2 * h / kernels_.operand_columns;
  const Segments all = one_segment(rows.size());
  std::fill_n(carry.data, rows.size() * h, 0.0f);
  for (size_t step = steps_; step-- > 0;) {
    const size_t row = step * batch_ + rows.begin;
    CellBackward cell{};
    cell.above = above.from_row(step * rows.size());
    cell.carry = carry;
    cell.d_kept = d_kept;
    cell.before = forward_.states(layer).from_row(row);
    cell.gates = forward_.gates(layer).from_row(row);
    cell.rows = rows.size();
    cell.units = h;
    kernels_.candidate_backward(cell);
    kernels_.product(cell.gates.from_panel(candidate_panel), h, weights.candidate_back.bytes(), d_kept, h, all,
                     zeros_.floats());
    kernels_.reset_backward(cell);
    // The gradient by the state before the first step is cut off.
    if (step > 0) kernels_.product(cell.gates, 2 * h, weights.gates_back.bytes(), carry, h, all, nullptr);
  }
}

double Backward::weight_gradients(const uint8_t* symbols, Threads& threads, float* gradients) {
  threads.tasks(tasks_.size(), [&](size_t task, size_t thread) {
    squares_[task] = tasks_[task](symbols, scratch_[thread], gradients);
  });
  double sum = 0;
  for (const double squares : squares_) sum += squares;
  return sum;
}

/// aᵀ·d cut into tiles. `whole`: where the product goes; a and d are padded beyond it.
void Backward::add_product_tasks(Operand a, Operand d, size_t d_columns, Block whole) {
  const size_t per_panel = kernels_.operand_columns;
  const size_t a_all = padded(whole.rows) / per_panel;
  const size_t d_all = d_columns / per_panel;
  for (size_t i = 0; i < a_all; i += kernels_.gradient_a_panels)
    for (size_t j = 0; j < d_all; j += kernels_.gradient_d_panels) {
      GradientTile tile{};
      tile.a = a.from_panel(i);
      tile.d = d.from_panel(j);
      tile.a_panels = std::min(kernels_.gradient_a_panels, a_all - i);
      tile.d_panels = std::min(kernels_.gradient_d_panels, d_all - j);
      tile.rows = steps_ * batch_;
      const size_t row = i * per_panel;
      const size_t column = j * per_panel;
      if (column >= whole.columns) continue;
      const Block block{whole.offset + row * whole.ld + column, whole.ld,
                        std::min(tile.a_panels * per_panel, whole.rows - row),
                        std::min(tile.d_panels * per_panel, whole.columns - column)};
      tasks_.push_back([this, tile, block](const uint8_t*, const Scratch& scratch, float* gradients) {
        GradientTile mine = tile;
        mine.tile = scratch.tile.floats();
        mine.scratch = scratch.packing.bytes();
        kernels_.gradient(mine);
        return store_tile(mine.tile, mine.d_panels * kernels_.operand_columns, block.rows, block.columns,
                          gradients + block.offset, block.ld);
      });
    }
}

/// Gradient of a one-hot input's weights: rows of d summed by symbol.
void Backward::add_symbol_tasks(Operand d, Block whole) {
  const size_t per_panel = kernels_.operand_columns;
  const size_t d_all = padded(whole.columns) / per_panel;
  for (size_t j = 0; j < d_all; j += kernels_.gradient_d_panels) {
    const size_t panels = std::min(kernels_.gradient_d_panels, d_all - j);
    const size_t column = j * per_panel;
    const Block block{whole.offset + column, whole.ld, whole.rows, std::min(panels * per_panel, whole.columns - column)};
    tasks_.push_back([this, part = d.from_panel(j), panels, block](const uint8_t* symbols, const Scratch& scratch,
                                                                   float* gradients) {
      float* table = scratch.tile.floats();
      const size_t ld = panels * kernels_.operand_columns;
      std::fill_n(table, kAlphabet * ld, 0.0f);
      kernels_.scatter(part, panels, symbols, steps_ * batch_, table, ld);
      return store_tile(table, ld, block.rows, block.columns, gradients + block.offset, block.ld);
    });
  }
}

void Backward::add_bias_task(Operand d, size_t d_columns, Block whole) {
  const size_t panels = d_columns / kernels_.operand_columns;
  tasks_.push_back([this, d, panels, whole](const uint8_t*, const Scratch& scratch, float* gradients) {
    kernels_.column_sums(d, panels, steps_ * batch_, scratch.tile.floats());
    return store_tile(scratch.tile.floats(), whole.ld, 1, whole.columns, gradients + whole.offset, whole.ld);
  });
}

}  // namespace understudy
