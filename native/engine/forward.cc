#include "forward.h"

#include <algorithm>

namespace understudy {

namespace {

/// Rows of a hoisted product: enough to pay for reading its weights once, few enough for its results to stay in cache
/// until the recurrence reads them.
constexpr size_t kHoistedRows = 256;

void clear(OperandPanels operand, size_t panels, size_t rows) {
  for (size_t panel = 0; panel < panels && rows > 0; panel++)
    std::memset(operand.from_panel(panel).data, 0, rows * kPanelBytes);
}

}  // namespace

size_t hoisted_steps(size_t rows, size_t steps) { return std::min(steps, std::max<size_t>(1, kHoistedRows / rows)); }

Forward::Forward(const Kernels& kernels, const Shape& shape, const Weights& weights, size_t batch, size_t valid,
                 size_t steps, size_t threads)
    : kernels_(kernels),
      shape_(shape),
      weights_(weights),
      batch_(batch),
      valid_(valid),
      steps_(steps),
      groups_(kernels, batch, shape.h, threads),
      hoisted_(hoisted_steps(groups_.max_rows(), steps)) {
  const size_t operand_row = shape.h / kernels.operand_columns * kPanelBytes;
  for (size_t layer = 0; layer < shape.layers; layer++) {
    LayerTrace trace;
    trace.gates = Buffer(shape.gates * operand_row * steps * batch);
    trace.h = Buffer(operand_row * (steps + 1) * batch);
    if (shape.cell == Cell::gru) trace.rh = Buffer(operand_row * steps * batch);
    trace_.push_back(std::move(trace));
    state_.push_back(zeroed_floats(shape.h * batch));
  }
  for (size_t thread = 0; thread < threads; thread++)
    pre_activations_.push_back(
        float_buffer(hoisted_ * groups_.max_rows() * std::max(shape.gates * groups_.max_units(), Shape::logits)));
}

void Forward::set_state(const float* hidden) {
  for (size_t layer = 0; layer < shape_.layers; layer++)
    for (size_t row = 0; row < valid_; row++, hidden += shape_.units)
      for (size_t unit = 0; unit < shape_.units; unit++)
        state(layer).panel(unit / kPanelFloats)[row * kPanelFloats + unit % kPanelFloats] = hidden[unit];
}

void Forward::get_state(float* hidden) const {
  for (size_t layer = 0; layer < shape_.layers; layer++)
    for (size_t row = 0; row < valid_; row++, hidden += shape_.units)
      for (size_t unit = 0; unit < shape_.units; unit++)
        hidden[unit] = state(layer).panel(unit / kPanelFloats)[row * kPanelFloats + unit % kPanelFloats];
}

void Forward::run(size_t thread, const uint8_t* symbols) {
  const Share rows = groups_.rows_of(thread);
  const Share units = groups_.units_of(thread);
  for (size_t layer = 0; layer < shape_.layers; layer++)
    kernels_.to_operand(state(layer).from_row(rows.begin).from_column(units.begin), rows.size(), units.size(),
                        states(layer).from_row(rows.begin).from_panel(panel_of(units.begin)));
  groups_.barrier(thread);
  for (size_t layer = 0; layer < shape_.layers; layer++) run_layer(layer, thread, symbols);
}

void Forward::run_layer(size_t layer, size_t thread, const uint8_t* symbols) {
  const Share rows = groups_.rows_of(thread);
  const Share units = groups_.units_of(thread);
  const size_t h = shape_.h;
  const size_t panel = panel_of(units.begin);
  const Fp32Panels hoisted{pre_activations_[thread].floats(), hoisted_ * rows.size() * kPanelFloats};
  for (size_t step = 0; step < steps_; step++) {
    const size_t within = step % hoisted_;
    if (within == 0) input_products(layer, thread, step, std::min(hoisted_, steps_ - step), symbols, hoisted);

    const size_t row = step * batch_ + rows.begin;
    CellForward cell{};
    cell.pre_activations = hoisted.from_row(within * rows.size());
    cell.h = state(layer).from_row(rows.begin).from_column(units.begin);
    cell.gates = gates(layer).from_row(row).from_panel(panel);
    cell.rh = rh(layer).from_row(row).from_panel(panel);
    cell.h_next = states(layer).from_row(row + batch_).from_panel(panel);
    cell.rows = rows.size();
    cell.units = units.size();
    cell.gate_stride = h;
    if (shape_.cell == Cell::gru) run_gru(layer, thread, row, cell);
    else run_rnn(layer, thread, row, cell);
  }
}

/// One step from `row` of the states on.
void Forward::run_gru(size_t layer, size_t thread, size_t row, CellForward& cell) {
  const CellWeights& weights = weights_.cell(layer);
  const Share units = groups_.units_of(thread);
  const Segments all = one_segment(cell.rows);
  const size_t candidate = shape_.candidate();
  weights_.product(states(layer).from_row(row), weights.gates, candidate, units, cell.pre_activations, all, nullptr);
  kernels_.gates_forward(cell);
  groups_.barrier(thread);
  weights_.product(rh(layer).from_row(row), weights.candidate, 1, units,
                   cell.pre_activations.from_column(candidate * units.size()), all, nullptr);
  kernels_.candidate_forward(cell);
  groups_.barrier(thread);
}

void Forward::run_rnn(size_t layer, size_t thread, size_t row, CellForward& cell) {
  weights_.product(states(layer).from_row(row), weights_.cell(layer).candidate, 1, groups_.units_of(thread),
                   cell.pre_activations, one_segment(cell.rows), nullptr);
  kernels_.rnn_forward(cell);
  groups_.barrier(thread);
}

/// pre_activations [steps·rows, G·units] = bias + input · W, of all `steps` steps at once; for symbols a gather of
/// rows.
void Forward::input_products(size_t layer, size_t thread, size_t first_step, size_t steps, const uint8_t* symbols,
                             Fp32Panels pre_activations) const {
  const Share rows = groups_.rows_of(thread);
  const Share units = groups_.units_of(thread);
  const CellWeights& weights = weights_.cell(layer);
  if (layer > 0) {
    const OperandPanels below = states(layer - 1).from_row((first_step + 1) * batch_ + rows.begin);
    weights_.product(below, weights.input, shape_.gates, units, pre_activations,
                     {rows.size(), steps, batch_, rows.size()}, weights.bias.floats());
    return;
  }
  for (size_t panel = 0; panel < shape_.gates * units.size() / kPanelFloats; panel++) {
    const size_t gate = panel * kPanelFloats / units.size();
    const size_t column = gate * shape_.h + units.begin + panel * kPanelFloats % units.size();
    const float* table = weights.embedding.floats() + column * kAlphabetSize;
    float* to = pre_activations.panel(panel);
    for (size_t step = first_step; step < first_step + steps; step++)
      for (size_t row = rows.begin; row < rows.end; row++, to += kPanelFloats)
        std::memcpy(to, table + symbols[step * batch_ + row] * kPanelFloats, kPanelBytes);
  }
}

/// Logits [steps·rows, 128] of the thread's own rows, in its scratch.
Fp32Panels Forward::logits(size_t thread, size_t first_step, size_t steps) const {
  const Share rows = groups_.own_rows_of(thread);
  const Fp32Panels logits{pre_activations_[thread].floats(), hoisted_ * rows.size() * kPanelFloats};
  const OperandPanels top = states(shape_.layers - 1).from_row((first_step + 1) * batch_ + rows.begin);
  kernels_.softmax_layer.multiply(top, shape_.h, weights_.softmax().bytes(), logits, Shape::logits,
                                  {rows.size(), steps, batch_, rows.size()}, weights_.softmax_bias());
  return logits;
}

void Forward::score(size_t thread, const uint8_t* targets, float scale, OperandPanels d_logits, float* nats,
                    uint8_t* correct) {
  const Share rows = groups_.own_rows_of(thread);
  for (size_t first = 0; first < steps_ && rows.size() > 0; first += hoisted_) {
    const size_t steps = std::min(hoisted_, steps_ - first);
    const Fp32Panels values = logits(thread, first, steps);
    for (size_t step = 0; step < steps; step++) {
      const size_t row = (first + step) * batch_ + rows.begin;
      const OperandPanels gradient = d_logits.data ? d_logits.from_row(row) : d_logits;
      const size_t valid = std::min(rows.end, valid_) - std::min(rows.begin, valid_);
      kernels_.softmax(values.from_row(step * rows.size()), targets + row, valid, scale, gradient, nats + row,
                       correct + row);
      if (d_logits.data) clear(gradient.from_row(valid), Shape::logits / kernels_.operand_columns, rows.size() - valid);
    }
  }
}

void Forward::predict(size_t thread, float* probabilities) {
  const Share rows = groups_.own_rows_of(thread);
  for (size_t step = 0; step < steps_ && rows.size() > 0; step++) {
    const Fp32Panels values = logits(thread, step, 1);
    for (size_t row = 0; row < rows.size(); row++) {
      float x[Shape::logits];
      for (size_t i = 0; i < Shape::logits; i++)
        x[i] = values.panel(i / kPanelFloats)[row * kPanelFloats + i % kPanelFloats];
      kernels_.probabilities(x, probabilities + (step * batch_ + rows.begin + row) * kAlphabetSize);
    }
  }
}

}  // namespace understudy
