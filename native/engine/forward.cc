#include "forward.h"

#include <algorithm>

namespace understudy {

namespace {

/// Rows that a hoisted product should have: enough to pay for reading its weights once, few enough for its sums to
/// stay in cache until the recurrence reads them.
constexpr size_t kHoistedRows = 256;

void clear(Operand operand, size_t panels, size_t rows) {
  for (size_t panel = 0; panel < panels && rows > 0; panel++)
    std::memset(operand.from_panel(panel).data, 0, rows * kPanelBytes);
}

}  // namespace

size_t hoisted_steps(size_t rows, size_t steps) { return std::min(steps, std::max<size_t>(1, kHoistedRows / rows)); }

Forward::Forward(const Kernels& kernels, const Shape& shape, const Weights& weights, size_t batch, size_t counted,
                 size_t steps, size_t threads)
    : kernels_(kernels),
      shape_(shape),
      weights_(weights),
      batch_(batch),
      counted_(counted),
      steps_(steps),
      teams_(kernels, batch, shape.h, threads),
      hoisted_(hoisted_steps(teams_.most_rows(), steps)) {
  const size_t operand_row = shape.h / kernels.operand_columns * kPanelBytes;
  for (size_t layer = 0; layer < shape.layers; layer++) {
    LayerTrace trace;
    trace.gates = Buffer(3 * operand_row * steps * batch);
    trace.after = Buffer(operand_row * (steps + 1) * batch);
    trace.kept = Buffer(operand_row * steps * batch);
    trace_.push_back(std::move(trace));
    state_.push_back(zeroed_floats(shape.h * batch));
  }
  for (size_t thread = 0; thread < threads; thread++)
    sums_.push_back(float_buffer(hoisted_ * teams_.most_rows() * std::max(3 * teams_.most_units(), Shape::logits)));
}

void Forward::set_state(const float* hidden) {
  for (size_t layer = 0; layer < shape_.layers; layer++)
    for (size_t row = 0; row < counted_; row++, hidden += shape_.units)
      for (size_t unit = 0; unit < shape_.units; unit++)
        state(layer).panel(unit / kPanelFloats)[row * kPanelFloats + unit % kPanelFloats] = hidden[unit];
}

void Forward::get_state(float* hidden) const {
  for (size_t layer = 0; layer < shape_.layers; layer++)
    for (size_t row = 0; row < counted_; row++, hidden += shape_.units)
      for (size_t unit = 0; unit < shape_.units; unit++)
        hidden[unit] = state(layer).panel(unit / kPanelFloats)[row * kPanelFloats + unit % kPanelFloats];
}

void Forward::run(size_t thread, const uint8_t* symbols) {
  const Share rows = teams_.rows_of(thread);
  const Share units = teams_.units_of(thread);
  for (size_t layer = 0; layer < shape_.layers; layer++)
    kernels_.to_operand(state(layer).from_row(rows.begin).from_column(units.begin), rows.size(), units.size(),
                        states(layer).from_row(rows.begin).from_panel(panel_of(units.begin)));
  teams_.meet(thread);
  for (size_t layer = 0; layer < shape_.layers; layer++) run_layer(layer, thread, symbols);
}

void Forward::run_layer(size_t layer, size_t thread, const uint8_t* symbols) {
  const Share rows = teams_.rows_of(thread);
  const Share units = teams_.units_of(thread);
  const CellWeights& weights = weights_.cell(layer);
  const size_t h = shape_.h;
  const size_t panel = panel_of(units.begin);
  const Segments all = one_segment(rows.size());
  const Values hoisted{sums_[thread].floats(), hoisted_ * rows.size() * kPanelFloats};
  for (size_t step = 0; step < steps_; step++) {
    const size_t within = step % hoisted_;
    if (within == 0) input_sums(layer, thread, step, std::min(hoisted_, steps_ - step), symbols, hoisted);

    const size_t row = step * batch_ + rows.begin;
    CellForward cell{};
    cell.sums = hoisted.from_row(within * rows.size());
    cell.state = state(layer).from_row(rows.begin).from_column(units.begin);
    cell.gates = gates(layer).from_row(row).from_panel(panel);
    cell.kept = kept(layer).from_row(row).from_panel(panel);
    cell.after = states(layer).from_row(row + batch_).from_panel(panel);
    cell.rows = rows.size();
    cell.units = units.size();
    cell.gates_step = h;
    weights_.product(states(layer).from_row(row), weights.gates, 2, units, cell.sums, all, nullptr);
    kernels_.gates_forward(cell);
    teams_.meet(thread);
    weights_.product(kept(layer).from_row(row), weights.candidate, 1, units, cell.sums.from_column(2 * units.size()),
                     all, nullptr);
    kernels_.candidate_forward(cell);
    teams_.meet(thread);
  }
}

/// sums [steps·rows, 3·units] = bias + input · W, of all `steps` steps at once; for symbols a gather of rows.
void Forward::input_sums(size_t layer, size_t thread, size_t first_step, size_t steps, const uint8_t* symbols,
                         Values sums) const {
  const Share rows = teams_.rows_of(thread);
  const Share units = teams_.units_of(thread);
  const CellWeights& weights = weights_.cell(layer);
  if (layer > 0) {
    const Operand below = states(layer - 1).from_row((first_step + 1) * batch_ + rows.begin);
    weights_.product(below, weights.input, kGates, units, sums, {rows.size(), steps, batch_, rows.size()},
                     weights.bias.floats());
    return;
  }
  for (size_t panel = 0; panel < kGates * units.size() / kPanelFloats; panel++) {
    const size_t gate = panel * kPanelFloats / units.size();
    const size_t column = gate * shape_.h + units.begin + panel * kPanelFloats % units.size();
    const float* table = weights.symbols.floats() + column * kAlphabet;
    float* to = sums.panel(panel);
    for (size_t step = first_step; step < first_step + steps; step++)
      for (size_t row = rows.begin; row < rows.end; row++, to += kPanelFloats)
        std::memcpy(to, table + symbols[step * batch_ + row] * kPanelFloats, kPanelBytes);
  }
}

/// logits [steps·rows, 128] of one thread's rows, in its scratch.
Values Forward::logits(size_t thread, size_t first_step, size_t steps) const {
  const Share rows = teams_.own_rows_of(thread);
  const Values logits{sums_[thread].floats(), hoisted_ * rows.size() * kPanelFloats};
  const Operand top = states(shape_.layers - 1).from_row((first_step + 1) * batch_ + rows.begin);
  kernels_.softmax_layer.multiply(top, shape_.h, weights_.softmax().bytes(), logits, Shape::logits,
                                  {rows.size(), steps, batch_, rows.size()}, weights_.softmax_bias());
  return logits;
}

void Forward::score(size_t thread, const uint8_t* targets, float scale, Operand d_logits, float* nats,
                    uint8_t* correct) {
  const Share rows = teams_.own_rows_of(thread);
  for (size_t first = 0; first < steps_ && rows.size() > 0; first += hoisted_) {
    const size_t steps = std::min(hoisted_, steps_ - first);
    const Values values = logits(thread, first, steps);
    for (size_t step = 0; step < steps; step++) {
      const size_t row = (first + step) * batch_ + rows.begin;
      const Operand gradient = d_logits.data ? d_logits.from_row(row) : d_logits;
      const size_t counted = std::min(rows.end, counted_) - std::min(rows.begin, counted_);
      kernels_.softmax(values.from_row(step * rows.size()), targets + row, counted, scale, gradient, nats + row,
                       correct + row);
      if (d_logits.data)
        clear(gradient.from_row(counted), Shape::logits / kernels_.operand_columns, rows.size() - counted);
    }
  }
}

void Forward::predict(size_t thread, float* probabilities) {
  const Share rows = teams_.own_rows_of(thread);
  for (size_t step = 0; step < steps_ && rows.size() > 0; step++) {
    const Values values = logits(thread, step, 1);
    for (size_t row = 0; row < rows.size(); row++) {
      float x[Shape::logits];
      for (size_t i = 0; i < Shape::logits; i++)
        x[i] = values.panel(i / kPanelFloats)[row * kPanelFloats + i % kPanelFloats];
      kernels_.probabilities(x, probabilities + (step * batch_ + rows.begin + row) * kAlphabet);
    }
  }
}

}  // namespace understudy
