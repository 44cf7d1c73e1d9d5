#include "weights.h"

#include <algorithm>

namespace understudy {

namespace {

/// Rows of a run: parameters, moments and gradients of the widest matrix are 0.5 MB then.
constexpr size_t kRunRows = 32;
static_assert(kRunRows % kPad == 0, "only a matrix's last run is filled up");

/// Columns of an operand that one thread packs at once.
constexpr size_t kWholeColumns = 64;

/// [k, n]
Buffer packed(const Products& products, size_t k, size_t n) {
  return Buffer(n / kPanelFloats * products.panel_bytes(k));
}

}  // namespace

Weights::Weights(const Kernels& kernels, const Shape& shape, bool backward)
    : kernels_(kernels), shape_(shape), cells_(shape.layers) {
  for (size_t layer = 0; layer < shape.layers; layer++) add_cell(layer, backward);
  const size_t h = shape.h;
  const Products& products = kernels.softmax_layer;
  softmax_ = packed(products, h, Shape::logits);
  softmax_bias_ = zeroed_floats(Shape::logits);
  std::vector<Part> parts{{0, kAlphabet, false, &products, &softmax_, h, 0, 0}};
  if (backward) {
    softmax_back_ = packed(products, Shape::logits, h);
    parts.push_back({0, kAlphabet, true, &products, &softmax_back_, Shape::logits, 0, 0});
  }
  add_runs(shape.softmax_kernel, shape.units, kAlphabet, parts);
  add_runs(shape.softmax_bias, 1, kAlphabet, {});
}

void Weights::add_cell(size_t layer, bool backward) {
  const CellShape& cell = shape_.cells[layer];
  const Products& products = kernels_.cells;
  CellWeights& to = cells_[layer];
  const size_t units = shape_.units;
  const size_t h = shape_.h;
  to.gates = packed(products, h, 2 * h);
  to.candidate = packed(products, h, h);
  if (layer == 0) {
    to.symbols = zeroed_floats(3 * h * kAlphabet);
  } else {
    to.input = packed(products, h, 3 * h);
    to.bias = zeroed_floats(3 * h);
  }

  std::vector<Part> gates_input, gates_hidden, candidate_input, candidate_hidden;
  for (size_t gate = 0; gate < kGates; gate++) {
    const bool is_candidate = gate == kCandidate;
    const size_t column = is_candidate ? 0 : gate * units;
    const size_t start = is_candidate ? 0 : gate * h;
    std::vector<Part>& hidden = is_candidate ? candidate_hidden : gates_hidden;
    std::vector<Part>& input = is_candidate ? candidate_input : gates_input;
    hidden.push_back({column, units, false, &products, is_candidate ? &to.candidate : &to.gates, h, 0, start});
    if (layer > 0) input.push_back({column, units, false, &products, &to.input, h, 0, gate * h});
    if (!backward) continue;
    to.hidden_back[gate] = packed(products, h, h);
    hidden.push_back({column, units, true, &products, &to.hidden_back[gate], h, 0, 0});
    if (layer == 0) continue;
    to.input_back[gate] = packed(products, h, h);
    input.push_back({column, units, true, &products, &to.input_back[gate], h, 0, 0});
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
  std::vector<Part> at_once;
  for (const Part& part : parts) {
    if (part.products->packs_whole_columns) wholes_.push_back({offset, rows, columns, part});
    else at_once.push_back(part);
  }
  for (size_t row = 0; row < rows; row += kRunRows) {
    const size_t end = std::min(rows, row + kRunRows);
    Run run{{offset + row * columns, offset + end * columns}, columns, at_once};
    for (Part& part : run.parts) (part.transposed ? part.n_start : part.k_start) += row;
    runs_.push_back(std::move(run));
  }
}

void Weights::product(Operand a, const Buffer& packed, size_t gates, const Share& units, Values c, const Segments& rows,
                      const float* bias) const {
  const Products& products = kernels_.cells;
  const size_t h = shape_.h;
  // All units of all gates lie beside each other.
  const bool whole = units.size() == h;
  const size_t width = whole ? gates * h : units.size();
  for (size_t gate = 0; gate < (whole ? 1 : gates); gate++) {
    const size_t column = gate * h + units.begin;
    products.multiply(a, h, packed.bytes() + column / kPanelFloats * products.panel_bytes(h),
                      c.from_column(gate * units.size()), width, rows, bias ? bias + column : nullptr);
  }
}

void Weights::product_from_softmax(Operand a, const Share& units, Values c, const Segments& rows,
                                   const float* bias) const {
  const Products& products = kernels_.softmax_layer;
  const size_t panel = units.begin / kPanelFloats;
  products.multiply(a, Shape::logits, softmax_back_.bytes() + panel * products.panel_bytes(Shape::logits), c,
                    units.size(), rows, bias);
}

void Weights::pack(const float* parameters, Threads& threads) {
  threads.tasks(runs_.size(), [&](size_t run, size_t) { pack_run(run, parameters); });
  pack_rest(parameters, threads);
}

void Weights::pack_run(size_t index, const float* parameters) {
  const Run& run = runs_[index];
  for (const Part& part : run.parts) pack_part(part, parameters + run.parameters.begin, run.rows(), run.columns);
}

/// `source` [rows, …]: rows of a parameter matrix, `columns` floats apart.
void Weights::pack_part(const Part& part, const float* source, size_t rows, size_t columns) {
  PackedPart packed{};
  packed.source = source + part.first_column;
  packed.k_step = part.transposed ? 1 : columns;
  packed.n_step = part.transposed ? columns : 1;
  packed.k_valid = part.transposed ? part.columns : rows;
  packed.n_valid = part.transposed ? rows : part.columns;
  packed.k = padded(packed.k_valid);
  packed.n = padded(packed.n_valid);
  packed.panel_stride = part.products->panel_bytes(part.depth);
  packed.packed =
      part.to->bytes() + part.n_start / kPanelFloats * packed.panel_stride + part.products->panel_bytes(part.k_start);
  part.products->pack(packed);
}

/// What needs all rows, and what stays fp32: the first layer's table by symbol, and the biases.
void Weights::pack_rest(const float* parameters, Threads& threads) {
  const size_t pieces = (shape_.h + kWholeColumns - 1) / kWholeColumns;
  threads.tasks(wholes_.size() * pieces, [&](size_t task, size_t) {
    pack_some_columns(wholes_[task / pieces], task % pieces * kWholeColumns, parameters);
  });
  threads.tasks(shape_.layers * kGates,
                [&](size_t task, size_t) { fill_table(task / kGates, task % kGates, parameters); });
  std::memcpy(softmax_bias_.floats(), parameters + shape_.softmax_bias, kAlphabet * sizeof(float));
}

/// The operand's columns from number `first` on.
void Weights::pack_some_columns(const Whole& whole, size_t first, const float* parameters) {
  Part part = whole.part;
  part.n_start += first;
  const float* source = parameters + whole.offset;
  if (part.transposed) {
    const size_t rows = std::min(kWholeColumns, whole.rows - std::min(whole.rows, first));
    pack_part(part, source + first * whole.columns, rows, whole.columns);
  } else {
    part.first_column += first;
    part.columns = std::min(kWholeColumns, part.columns - std::min(part.columns, first));
    pack_part(part, source, whole.rows, whole.columns);
  }
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
