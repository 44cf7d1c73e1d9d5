#include "weights.h"

#include <algorithm>

namespace understudy {

namespace {

/// Rows of a run: parameters, moments and gradients of the widest matrix are 0.5 MB then.
constexpr size_t kRunRows = 32;
static_assert(kRunRows % kPad == 0, "only a matrix's last run is filled up");

}  // namespace

Weights::Weights(const Kernels& kernels, const Shape& shape, bool backward)
    : kernels_(kernels), shape_(shape), cells_(shape.layers) {
  for (size_t layer = 0; layer < shape.layers; layer++) add_cell(layer, backward);
  const size_t h = shape.h;
  softmax_ = Buffer(h * Shape::logits * kernels.packed_weight_bytes);
  softmax_bias_ = zeroed_floats(Shape::logits);
  std::vector<Part> parts{{0, kAlphabet, false, &softmax_, h, 0, 0}};
  if (backward) {
    softmax_back_ = Buffer(Shape::logits * h * kernels.packed_weight_bytes);
    parts.push_back({0, kAlphabet, true, &softmax_back_, Shape::logits, 0, 0});
  }
  add_runs(shape.softmax_kernel, shape.units, kAlphabet, parts);
  add_runs(shape.softmax_bias, 1, kAlphabet, {});
}

void Weights::add_cell(size_t layer, bool backward) {
  const CellShape& cell = shape_.cells[layer];
  CellWeights& to = cells_[layer];
  const size_t units = shape_.units;
  const size_t h = shape_.h;
  const auto packed = [&](size_t k, size_t n) { return Buffer(k * n * kernels_.packed_weight_bytes); };
  to.gates = packed(h, 2 * h);
  to.candidate = packed(h, h);
  if (layer == 0) {
    to.symbols = zeroed_floats(3 * h * kAlphabet);
  } else {
    to.input = packed(h, 3 * h);
    to.bias = zeroed_floats(3 * h);
  }
  if (backward) {
    to.gates_back = packed(2 * h, h);
    to.candidate_back = packed(h, h);
    if (layer > 0) to.input_back = packed(3 * h, h);
  }

  std::vector<Part> gates_input, gates_hidden, candidate_input, candidate_hidden;
  for (size_t gate = 0; gate < kGates; gate++) {
    const bool is_candidate = gate == kCandidate;
    const size_t column = is_candidate ? 0 : gate * units;
    const size_t start = is_candidate ? 0 : gate * h;
    std::vector<Part>& hidden = is_candidate ? candidate_hidden : gates_hidden;
    std::vector<Part>& input = is_candidate ? candidate_input : gates_input;
    hidden.push_back({column, units, false, is_candidate ? &to.candidate : &to.gates, h, 0, start});
    if (layer > 0) input.push_back({column, units, false, &to.input, h, 0, gate * h});
    if (!backward) continue;
    hidden.push_back({column, units, true, is_candidate ? &to.candidate_back : &to.gates_back, is_candidate ? h : 2 * h,
                      start, 0});
    if (layer > 0) input.push_back({column, units, true, &to.input_back, 3 * h, gate * h, 0});
  }
  add_runs(cell.gates_kernel, cell.inputs, 2 * units, gates_input);
  add_runs(cell.gates_kernel + cell.inputs * 2 * units, units, 2 * units, gates_hidden);
  add_runs(cell.gates_bias, 1, 2 * units, {});
  add_runs(cell.candidate_kernel, cell.inputs, units, candidate_input);
  add_runs(cell.candidate_kernel + cell.inputs * units, units, units, candidate_hidden);
  add_runs(cell.candidate_bias, 1, units, {});
}

/// `parts`: of all `rows` rows, which lie along K, or along N where they are transposed.
void Weights::add_runs(size_t offset, size_t rows, size_t columns, const std::vector<Part>& parts) {
  for (size_t row = 0; row < rows; row += kRunRows) {
    const size_t end = std::min(rows, row + kRunRows);
    Run run{{offset + row * columns, offset + end * columns}, columns, parts};
    for (Part& part : run.parts) (part.transposed ? part.n_start : part.k_start) += row;
    runs_.push_back(std::move(run));
  }
}

void Weights::product(Operand a, size_t k, const Buffer& packed, size_t gates, const Share& units, Values c,
                      const Segments& rows, const float* bias) const {
  // All units of all gates lie beside each other.
  const bool whole = units.size() == shape_.h;
  const size_t width = whole ? gates * shape_.h : units.size();
  for (size_t gate = 0; gate < (whole ? 1 : gates); gate++) {
    const size_t column = gate * shape_.h + units.begin;
    kernels_.product(a, k, packed.bytes() + column * k * kernels_.packed_weight_bytes,
                     c.from_column(gate * units.size()), width, rows, bias ? bias + column : nullptr);
  }
}

void Weights::pack(const float* parameters, Threads& threads) {
  threads.tasks(runs_.size(), [&](size_t run, size_t) { pack_run(run, parameters); });
  fill_tables(parameters, threads);
}

void Weights::pack_run(size_t index, const float* parameters) {
  const Run& run = runs_[index];
  for (const Part& part : run.parts) pack_part(run, part, parameters);
}

void Weights::pack_part(const Run& run, const Part& part, const float* parameters) {
  const size_t weight = kernels_.packed_weight_bytes;
  PackedPart packed{};
  packed.source = parameters + run.parameters.begin + part.first_column;
  packed.k_step = part.transposed ? 1 : run.columns;
  packed.n_step = part.transposed ? run.columns : 1;
  packed.k_valid = part.transposed ? part.columns : run.rows();
  packed.n_valid = part.transposed ? run.rows() : part.columns;
  packed.k = padded(packed.k_valid);
  packed.n = padded(packed.n_valid);
  packed.panel_stride = part.depth * kPanelFloats * weight;
  packed.packed = part.to->bytes() + part.n_start / kPanelFloats * packed.panel_stride +
                  part.k_start * kPanelFloats * weight;
  kernels_.pack(packed);
}

/// What stays fp32: the first layer's table by symbol, and the biases.
void Weights::fill_tables(const float* parameters, Threads& threads) {
  threads.tasks(shape_.layers * kGates, [&](size_t task, size_t) {
    fill_table(task / kGates, task % kGates, parameters);
  });
  std::memcpy(softmax_bias_.floats(), parameters + shape_.softmax_bias, kAlphabet * sizeof(float));
}

void Weights::fill_table(size_t layer, size_t gate, const float* parameters) {
  const CellShape& cell = shape_.cells[layer];
  const float* bias = parameters + cell.bias(gate);
  if (layer > 0) {
    std::memcpy(cells_[layer].bias.floats() + gate * shape_.h, bias, shape_.units * sizeof(float));
    return;
  }
  const size_t ld = cell.kernel_ld(gate);
  const float* kernel = parameters + cell.kernel(gate);
  for (size_t unit = 0; unit < shape_.units; unit += kPanelFloats) {
    float* to = cells_[0].symbols.floats() + (gate * shape_.h + unit) * kAlphabet;
    const size_t units = std::min(kPanelFloats, shape_.units - unit);
    for (size_t symbol = 0; symbol < kAlphabet; symbol++, to += kPanelFloats)
      for (size_t i = 0; i < units; i++) to[i] = kernel[symbol * ld + unit + i] + bias[unit + i];
  }
}

}  // namespace understudy
