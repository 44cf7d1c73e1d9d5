#include "backward.h"

#include <algorithm>

namespace understudy {

Backward::Backward(const Kernels& kernels, const Shape& shape, const Weights& weights, const Forward& forward,
                   size_t batch, size_t steps, size_t threads)
    : kernels_(kernels),
      shape_(shape),
      weights_(weights),
      forward_(forward),
      groups_(forward.groups()),
      batch_(batch),
      steps_(steps),
      hoisted_(hoisted_steps(groups_.max_rows(), steps)),
      d_logits_(Shape::logits / kernels.operand_columns * kPanelBytes * steps * batch),
      zeros_(zeroed_floats(shape.h)) {
  const size_t max_size = groups_.max_rows() * groups_.max_units();
  for (size_t thread = 0; thread < threads; thread++) {
    dh_above_.push_back(float_buffer(hoisted_ * max_size));
    dh_next_.push_back(float_buffer(max_size));
    d_rh_.push_back(float_buffer(max_size));
  }
}

void Backward::through_time(size_t thread) {
  // Each thread of the group has written the gradients by the logits of its own rows, and now reads those of all.
  groups_.barrier(thread);
  for (size_t layer = shape_.layers; layer-- > 0;) layer_through_time(layer, thread);
}

/// dh_above [steps·rows, units]: gradient by this layer's outputs, from the layer above or the softmax.
void Backward::input_from_above(size_t layer, size_t thread, size_t first_step, size_t steps,
                                Fp32Panels dh_above) const {
  const Share units = groups_.units_of(thread);
  const Share own = groups_.rows_of(thread);
  const size_t row = first_step * batch_ + own.begin;
  const Segments rows{own.size(), steps, batch_, own.size()};
  if (layer + 1 == shape_.layers) {
    weights_.product_from_softmax(d_logits().from_row(row), units, dh_above, rows, zeros_.floats());
    return;
  }
  const OperandPanels gates = forward_.gates(layer + 1).from_row(row);
  for (size_t gate = 0; gate < shape_.gates; gate++)
    weights_.product(gates.from_panel(panel_of(gate * shape_.h)), weights_.cell(layer + 1).input_transposed[gate], 1,
                     units, dh_above, rows, gate == 0 ? zeros_.floats() : nullptr);
}

void Backward::layer_through_time(size_t layer, size_t thread) {
  const Share rows = groups_.rows_of(thread);
  const Share units = groups_.units_of(thread);
  const size_t panel = panel_of(units.begin);
  const size_t stride = rows.size() * kPanelFloats;
  const Fp32Panels dh_above{dh_above_[thread].floats(), hoisted_ * stride};
  const Fp32Panels dh_next{dh_next_[thread].floats(), stride};
  const Fp32Panels d_rh{d_rh_[thread].floats(), stride};
  std::fill_n(dh_next.data, rows.size() * units.size(), 0.0f);
  for (size_t step = steps_; step-- > 0;) {
    const size_t within = step % hoisted_;
    const bool is_last_of_run = within == hoisted_ - 1 || step == steps_ - 1;
    if (is_last_of_run) input_from_above(layer, thread, step - within, within + 1, dh_above);

    const size_t row = step * batch_ + rows.begin;
    CellBackward cell{};
    cell.dh_above = dh_above.from_row(within * rows.size());
    cell.dh_next = dh_next;
    cell.d_rh = d_rh;
    cell.h_prev = forward_.states(layer).from_row(row).from_panel(panel);
    cell.h_next = forward_.states(layer).from_row(row + batch_).from_panel(panel);
    cell.gates = forward_.gates(layer).from_row(row).from_panel(panel);
    cell.rows = rows.size();
    cell.units = units.size();
    cell.gate_stride = shape_.h;
    if (shape_.cell == Cell::gru) gru_back(layer, thread, step, cell);
    else rnn_back(layer, thread, step, cell);
  }
}

/// Back through one step. The gradient by the state before the first one is truncated.
void Backward::gru_back(size_t layer, size_t thread, size_t step, CellBackward& cell) {
  const CellWeights& weights = weights_.cell(layer);
  const Share units = groups_.units_of(thread);
  const Segments all = one_segment(cell.rows);
  const size_t h = shape_.h;
  const size_t candidate = shape_.candidate();
  const OperandPanels gates = forward_.gates(layer).from_row(step * batch_ + groups_.rows_of(thread).begin);
  kernels_.candidate_backward(cell);
  groups_.barrier(thread);
  weights_.product(gates.from_panel(panel_of(candidate * h)), weights.hidden_transposed[candidate], 1, units, cell.d_rh,
                   all, zeros_.floats());
  kernels_.reset_backward(cell);
  groups_.barrier(thread);
  for (size_t gate = 0; gate < candidate && step > 0; gate++)
    weights_.product(gates.from_panel(panel_of(gate * h)), weights.hidden_transposed[gate], 1, units, cell.dh_next, all,
                     nullptr);
}

void Backward::rnn_back(size_t layer, size_t thread, size_t step, CellBackward& cell) {
  kernels_.rnn_backward(cell);
  groups_.barrier(thread);
  if (step == 0) return;
  const OperandPanels gate = forward_.gates(layer).from_row(step * batch_ + groups_.rows_of(thread).begin);
  weights_.product(gate, weights_.cell(layer).hidden_transposed.front(), 1, groups_.units_of(thread), cell.dh_next,
                   one_segment(cell.rows), zeros_.floats());
}

}  // namespace understudy
