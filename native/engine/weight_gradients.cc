#include "weight_gradients.h"

#include <algorithm>
#include <cstring>

namespace understudy {

WeightGradients::WeightGradients(const Kernels& kernels, const Shape& shape, const Forward& forward,
                                 OperandPanels d_logits, size_t batch, size_t steps, size_t threads)
    : kernels_(kernels), shape_(shape), batch_(batch), rows_(steps * batch) {
  for (size_t layer = 0; layer < shape.layers; layer++) add_layer(layer, forward);
  add_softmax(forward, d_logits);
  size_t scratch = 0;
  size_t tile_columns = Shape::logits;
  size_t tile_rows = kAlphabetSize;
  for (const Products* products : {&kernels.cells, &kernels.softmax_layer}) {
    scratch = std::max(scratch, products->gradient_scratch);
    tile_columns = std::max(tile_columns, products->gradient_d_panels * kernels.operand_columns);
    tile_rows = std::max(tile_rows, products->gradient_a_panels * kernels.operand_columns);
  }
  squares_.resize(std::max(row_tasks_.size(), product_tasks_.size()));
  for (size_t thread = 0; thread < threads; thread++)
    scratch_.push_back({float_buffer(tile_rows * tile_columns), Buffer(scratch)});
}

void WeightGradients::add_layer(size_t layer, const Forward& forward) {
  const CellShape& cell = shape_.cells[layer];
  const Products& products = kernels_.cells;
  const size_t units = shape_.units;
  const bool is_top = layer + 1 == shape_.layers;
  if (is_top && products.prepare_left != kernels_.softmax_layer.prepare_left) copy_top(forward.states(layer));
  else add_left(products, forward.states(layer), rows_ + batch_);
  if (shape_.cell == Cell::gru) add_left(products, forward.rh(layer), rows_);
  for (size_t gate = 0; gate < shape_.gates; gate++) {
    const size_t ld = cell.kernel_ld(gate);
    const Block symbols{cell.kernel(gate), ld, kAlphabetSize, units};
    const Right d = add_right(products, forward.gates(layer).from_panel(gate * panels_of(shape_.h)), shape_.h,
                              layer == 0 ? &symbols : nullptr, {cell.bias(gate), units, 1, units});
    const bool reads_rh = shape_.cell == Cell::gru && gate == cell.candidate;
    const OperandPanels hidden = reads_rh ? forward.rh(layer) : forward.states(layer);
    add_products(products, hidden, d, {cell.kernel(gate) + cell.inputs * ld, ld, units, units});
    if (layer == 0) continue;
    const OperandPanels below = forward.states(layer - 1).from_row(batch_);
    add_products(products, below, d, {cell.kernel(gate), ld, units, units});
  }
}

void WeightGradients::add_softmax(const Forward& forward, OperandPanels d_logits) {
  const Products& products = kernels_.softmax_layer;
  const Right d =
      add_right(products, d_logits, Shape::logits, nullptr, {shape_.softmax_bias, kAlphabetSize, 1, kAlphabetSize});
  const OperandPanels top = top_copy_.size() ? OperandPanels{top_copy_.bytes(), rows_ * kPanelBytes}
                                             : forward.states(shape_.layers - 1).from_row(batch_);
  add_products(products, top, d, {shape_.softmax_kernel, kAlphabetSize, shape_.units, kAlphabetSize});
}

/// Copies the top layer's states, because the cells' products and the softmax's read different forms.
void WeightGradients::copy_top(OperandPanels states) {
  top_copy_ = Buffer(panels_of(shape_.h) * rows_ * kPanelBytes);
  const OperandPanels copy{top_copy_.bytes(), rows_ * kPanelBytes};
  for (size_t i = 0; i < panels_of(shape_.h); i++)
    row_tasks_.push_back(
        [=, from = states.from_panel(i), to = copy.from_panel(i)](const uint8_t*, const Scratch&, float*) {
          std::memcpy(to.data, from.from_row(batch_).data, rows_ * kPanelBytes);
          if (kernels_.softmax_layer.prepare_left) kernels_.softmax_layer.prepare_left(to, 1, rows_);
          kernels_.cells.prepare_left(from, 1, rows_ + batch_);
          return 0.0;
        });
}

double WeightGradients::compute(const uint8_t* symbols, ThreadPool& pool, float* gradients) {
  const double squares = run(row_tasks_, symbols, pool, gradients);
  return squares + run(product_tasks_, symbols, pool, gradients);
}

double WeightGradients::run(const std::vector<Task>& tasks, const uint8_t* symbols, ThreadPool& pool,
                            float* gradients) {
  pool.run_tasks(tasks.size(), [&](size_t task, size_t thread) {
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

/// Adds the tasks on d [rows, columns], piece by piece: the bias's gradient (column sums) and that of a one-hot input's
/// weights (rows summed by symbol); then d is prepared for products.
WeightGradients::Right WeightGradients::add_right(const Products& products, OperandPanels d, size_t d_columns,
                                                  const Block* symbols, const Block& bias) {
  const size_t scale_bytes = products.scale_bytes ? products.scale_bytes(rows_) : 0;
  scales_.emplace_back(panels_of(d_columns) * scale_bytes);
  const Right right{d, d_columns, scales_.back().bytes(), scale_bytes};
  for (size_t j = 0; j < panels_of(d_columns); j += products.gradient_d_panels) {
    const size_t panels = std::min(products.gradient_d_panels, panels_of(d_columns) - j);
    const size_t ld = panels * kernels_.operand_columns;
    const size_t column = j * kernels_.operand_columns;
    const auto part = [&](const Block& whole) {
      return Block{whole.offset + column, whole.ld, whole.rows, std::min(ld, whole.columns - column)};
    };
    if (column >= bias.columns) continue;
    const Block bias_part = part(bias);
    const Block symbols_part = symbols ? part(*symbols) : Block{};
    const bool reads_symbols = symbols != nullptr;
    row_tasks_.push_back([=, &products, columns = d.from_panel(j), scales = right.scales + j * scale_bytes](
                             const uint8_t* read, const Scratch& scratch, float* gradients) {
      float* tile = scratch.tile.floats();
      kernels_.column_sums(columns, panels, rows_, tile);
      double squares = store(scratch, ld, bias_part, gradients);
      if (reads_symbols) {
        std::fill_n(tile, kAlphabetSize * ld, 0.0f);
        kernels_.scatter(columns, panels, read, rows_, tile, ld);
        squares += store(scratch, ld, symbols_part, gradients);
      }
      if (products.prepare_right) products.prepare_right(columns, panels, rows_, scales);
      return squares;
    });
  }
  return right;
}

/// Adds the tasks that prepare states [rows, H] for products.
void WeightGradients::add_left(const Products& products, OperandPanels a, size_t rows) {
  if (!products.prepare_left) return;
  for (size_t i = 0; i < panels_of(shape_.h); i += products.gradient_a_panels) {
    const size_t panels = std::min(products.gradient_a_panels, panels_of(shape_.h) - i);
    row_tasks_.push_back([=, &products, part = a.from_panel(i)](const uint8_t*, const Scratch&, float*) {
      products.prepare_left(part, panels, rows);
      return 0.0;
    });
  }
}

/// Adds the product aᵀ·d, tile by tile. `whole`: its place in the flat vector; a and d are padded beyond it.
void WeightGradients::add_products(const Products& products, OperandPanels a, const Right& d, const Block& whole) {
  const size_t per_panel = kernels_.operand_columns;
  const size_t a_all = panels_of(padded(whole.rows));
  const size_t d_all = panels_of(d.columns);
  for (size_t i = 0; i < a_all; i += products.gradient_a_panels)
    for (size_t j = 0; j < d_all; j += products.gradient_d_panels) {
      GradientTile tile{};
      tile.a = a.from_panel(i);
      tile.d = d.values.from_panel(j);
      tile.d_scales = d.scales + j * d.scale_bytes;
      tile.a_panels = std::min(products.gradient_a_panels, a_all - i);
      tile.d_panels = std::min(products.gradient_d_panels, d_all - j);
      tile.rows = rows_;
      const size_t row = i * per_panel;
      const size_t column = j * per_panel;
      if (column >= whole.columns) continue;
      const Block block{whole.offset + row * whole.ld + column, whole.ld,
                        std::min(tile.a_panels * per_panel, whole.rows - row),
                        std::min(tile.d_panels * per_panel, whole.columns - column)};
      product_tasks_.push_back([=, &products](const uint8_t*, const Scratch& scratch, float* gradients) {
        GradientTile mine = tile;
        mine.tile = scratch.tile.floats();
        mine.scratch = scratch.packing.bytes();
        products.gradient(mine);
        return store(scratch, mine.d_panels * kernels_.operand_columns, block, gradients);
      });
    }
}

}  // namespace understudy
