#include "backward.h"

#include <algorithm>

namespace understudy {

Backward::Backward(const Kernels& kernels, const Shape& shape, const Weights& weights, const Forward& forward,
                   size_t batch, size_t steps, size_t threads)
    : kernels_(kernels),
      shape_(shape),
      weights_(weights),
      forward_(forward),
      teams_(forward.teams()),
      batch_(batch),
      steps_(steps),
      hoisted_(hoisted_steps(teams_.most_rows(), steps)),
      d_logits_(Shape::logits / kernels.operand_columns * kPanelBytes * steps * batch),
      zeros_(zeroed_floats(shape.h)) {
  const size_t most = teams_.most_rows() * teams_.most_units();
  for (size_t thread = 0; thread < threads; thread++) {
    above_.push_back(float_buffer(hoisted_ * most));
    carry_.push_back(float_buffer(most));
    d_kept_.push_back(float_buffer(most));
  }
}

void Backward::through_time(size_t thread) {
  // Others of the team have written the gradients by some of its logits.
  teams_.meet(thread);
  for (size_t layer = shape_.layers; layer-- > 0;) layer_through_time(layer, thread);
}

/// above [steps·rows, units]: what the layer above, or the softmax, says of this layer's outputs.
void Backward::from_above(size_t layer, size_t thread, size_t first_step, size_t steps, Values above) const {
  const Share units = teams_.units_of(thread);
  const Share own = teams_.rows_of(thread);
  const size_t row = first_step * batch_ + own.begin;
  const Segments rows{own.size(), steps, batch_, own.size()};
  if (layer + 1 == shape_.layers) {
    weights_.product_from_softmax(d_logits().from_row(row), units, above, rows, zeros_.floats());
    return;
  }
  const Operand gates = forward_.gates(layer + 1).from_row(row);
  for (size_t gate = 0; gate < kGates; gate++)
    weights_.product(gates.from_panel(panel_of(gate * shape_.h)), weights_.cell(layer + 1).input_back[gate], 1, units,
                     above, rows, gate == 0 ? zeros_.floats() : nullptr);
}

void Backward::layer_through_time(size_t layer, size_t thread) {
  const Share rows = teams_.rows_of(thread);
  const Share units = teams_.units_of(thread);
  const CellWeights& weights = weights_.cell(layer);
  const size_t h = shape_.h;
  const size_t panel = panel_of(units.begin);
  const size_t stride = rows.size() * kPanelFloats;
  const Values above{above_[thread].floats(), hoisted_ * stride};
  const Values carry{carry_[thread].floats(), stride};
  const Values d_kept{d_kept_[thread].floats(), stride};
  const Segments all = one_segment(rows.size());
  std::fill_n(carry.data, rows.size() * units.size(), 0.0f);
  for (size_t step = steps_; step-- > 0;) {
    const size_t within = step % hoisted_;
    const bool is_last_of_run = within == hoisted_ - 1 || step == steps_ - 1;
    if (is_last_of_run) from_above(layer, thread, step - within, within + 1, above);

    const size_t row = step * batch_ + rows.begin;
    const Operand gates = forward_.gates(layer).from_row(row);
    CellBackward cell{};
    cell.above = above.from_row(within * rows.size());
    cell.carry = carry;
    cell.d_kept = d_kept;
    cell.before = forward_.states(layer).from_row(row).from_panel(panel);
    cell.gates = gates.from_panel(panel);
    cell.rows = rows.size();
    cell.units = units.size();
    cell.gates_step = h;
    kernels_.candidate_backward(cell);
    teams_.meet(thread);
    weights_.product(gates.from_panel(panel_of(kCandidate * h)), weights.hidden_back[kCandidate], 1, units, d_kept, all,
                     zeros_.floats());
    kernels_.reset_backward(cell);
    teams_.meet(thread);
    // The gradient by the state before the first step is cut off.
    for (size_t gate = 0; gate < kCandidate && step > 0; gate++)
      weights_.product(gates.from_panel(panel_of(gate * h)), weights.hidden_back[gate], 1, units, carry, all, nullptr);
  }
}

}  // namespace understudy
