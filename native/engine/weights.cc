#include "weights.h"

#include <algorithm>

namespace understudy {

namespace {

/// Rows of a chunk: parameters, moments and gradients of the widest matrix are 0.5 MB then.
constexpr size_t kChunkRows = 32;
static_assert(kChunkRows % kPad == 0, "only a matrix's last chunk is padded");

/// Columns of a deferred matrix that one thread packs at once.
constexpr size_t kDeferredColumns = 64;

/// Buffer for a packed operand [k, n].
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
  std::vector<Part> parts{{0, kAlphabetSize, false, &products, &softmax_, h, 0, 0}};
  if (backward) {
    softmax_transposed_ = packed(products, Shape::logits, h);
    parts.push_back({0, kAlphabetSize, true, &products, &softmax_transposed_, Shape::logits, 0, 0});
  }
  add_chunks(shape.softmax_kernel, shape.units, kAlphabetSize, parts);
  add_chunks(shape.softmax_bias, 1, kAlphabetSize, {});
}

void Weights::add_cell(size_t layer, bool backward) {
  const CellShape& cell = shape_.cells[layer];
  const Products& products = kernels_.cells;
  CellWeights& to = cells_[layer];
  const size_t units = shape_.units;
  const size_t h = shape_.h;
  to.gates = packed(products, h, cell.candidate * h);
  to.candidate = packed(products, h, h);
  if (layer == 0) {
    to.embedding = zeroed_floats(shape_.gates * h * kAlphabetSize);
  } else {
    to.input = packed(products, h, shape_.gates * h);
    to.bias = zeroed_floats(shape_.gates * h);
  }

  to.hidden_transposed.resize(shape_.gates);
  to.input_transposed.resize(shape_.gates);

  std::vector<Part> gates_input, gates_hidden, candidate_input, candidate_hidden;
  for (size_t gate = 0; gate < shape_.gates; gate++) {
    const bool is_candidate = gate == cell.candidate;
    const size_t column = is_candidate ? 0 : gate * units;
    const size_t start = is_candidate ? 0 : gate * h;
    std::vector<Part>& hidden = is_candidate ? candidate_hidden : gates_hidden;
    std::vector<Part>& input = is_candidate ? candidate_input : gates_input;
    hidden.push_back({column, units, false, &products, is_candidate ? &to.candidate : &to.gates, h, 0, start});
    if (layer > 0) input.push_back({column, units, false, &products, &to.input, h, 0, gate * h});
    if (!backward) continue;
    to.hidden_transposed[gate] = packed(products, h, h);
    hidden.push_back({column, units, true, &products, &to.hidden_transposed[gate], h, 0, 0});
    if (layer == 0) continue;
    to.input_transposed[gate] = packed(products, h, h);
    input.push_back({column, units, true, &products, &to.input_transposed[gate], h, 0, 0});
  }
  if (const size_t columns = cell.candidate * units; columns > 0) {
    add_chunks(cell.gates_kernel, cell.inputs, columns, gates_input);
    add_chunks(cell.gates_kernel + cell.inputs * columns, units, columns, gates_hidden);
    add_chunks(cell.gates_bias, 1, columns, {});
  }
  add_chunks(cell.candidate_kernel, cell.inputs, units, candidate_input);
  add_chunks(cell.candidate_kernel + cell.inputs * units, units, units, candidate_hidden);
  add_chunks(cell.candidate_bias, 1, units, {});
}

/// `parts`: of all `rows` rows, which are along K, or along N where they are transposed.
void Weights::add_chunks(size_t offset, size_t rows, size_t columns, const std::vector<Part>& parts) {
  std::vector<Part> at_once;
  for (const Part& part : parts) {
    if (part.products->packs_whole_columns) deferred_.push_back({offset, rows, columns, part});
    else at_once.push_back(part);
  }
  for (size_t row = 0; row < rows; row += kChunkRows) {
    const size_t end = std::min(rows, row + kChunkRows);
    Chunk chunk{{offset + row * columns, offset + end * columns}, columns, at_once};
    for (Part& part : chunk.parts) (part.transposed ? part.n_start : part.k_start) += row;
    chunks_.push_back(std::move(chunk));
  }
}

void Weights::product(OperandPanels a, const Buffer& packed, size_t gates, const Share& units, Fp32Panels c,
                      const Segments& rows, const float* bias) const {
  const Products& products = kernels_.cells;
  const size_t h = shape_.h;
  // Whole gates are beside each other.
  const bool whole = units.size() == h;
  const size_t width = whole ? gates * h : units.size();
  for (size_t gate = 0; gate < (whole ? 1 : gates); gate++) {
    const size_t column = gate * h + units.begin;
    products.multiply(a, h, packed.bytes() + column / kPanelFloats * products.panel_bytes(h),
                      c.from_column(gate * units.size()), width, rows, bias ? bias + column : nullptr);
  }
}

void Weights::product_from_softmax(OperandPanels a, const Share& units, Fp32Panels c, const Segments& rows,
                                   const float* bias) const {
  const Products& products = kernels_.softmax_layer;
  const size_t panel = units.begin / kPanelFloats;
  products.multiply(a, Shape::logits, softmax_transposed_.bytes() + panel * products.panel_bytes(Shape::logits), c,
                    units.size(), rows, bias);
}

void Weights::pack(const float* parameters, ThreadPool& pool) {
  pool.run_tasks(chunks_.size(), [&](size_t chunk, size_t) { pack_chunk(chunk, parameters); });
  pack_rest(parameters, pool);
}

void Weights::pack_chunk(size_t index, const float* parameters) {
  const Chunk& chunk = chunks_[index];
  for (const Part& part : chunk.parts)
    pack_part(part, parameters + chunk.parameters.begin, chunk.rows(), chunk.columns);
}

/// `source` [rows, …]: rows of a parameter matrix, `columns` floats apart.
void Weights::pack_part(const Part& part, const float* source, size_t rows, size_t columns) {
  PackedPart packed{};
  packed.source = source + part.first_column;
  packed.k_stride = part.transposed ? 1 : columns;
  packed.n_stride = part.transposed ? columns : 1;
  packed.k_valid = part.transposed ? part.columns : rows;
  packed.n_valid = part.transposed ? rows : part.columns;
  packed.k = padded(packed.k_valid);
  packed.n = padded(packed.n_valid);
  packed.panel_stride = part.products->panel_bytes(part.depth);
  packed.packed =
      part.to->bytes() + part.n_start / kPanelFloats * packed.panel_stride + part.products->panel_bytes(part.k_start);
  part.products->pack(packed);
}

/// Packs the deferred matrices and copies the fp32 values: the embedding and the biases.
void Weights::pack_rest(const float* parameters, ThreadPool& pool) {
  const size_t pieces = (shape_.h + kDeferredColumns - 1) / kDeferredColumns;
  pool.run_tasks(deferred_.size() * pieces, [&](size_t task, size_t) {
    pack_some_columns(deferred_[task / pieces], task % pieces * kDeferredColumns, parameters);
  });
  pool.run_tasks(shape_.layers * shape_.gates,
                 [&](size_t task, size_t) { fill_embedding(task / shape_.gates, task % shape_.gates, parameters); });
  std::memcpy(softmax_bias_.floats(), parameters + shape_.softmax_bias, kAlphabetSize * sizeof(float));
}

/// Packs the operand's columns from number `first` on.
void Weights::pack_some_columns(const DeferredMatrix& matrix, size_t first, const float* parameters) {
  Part part = matrix.part;
  part.n_start += first;
  const float* source = parameters + matrix.offset;
  if (part.transposed) {
    const size_t rows = std::min(kDeferredColumns, matrix.rows - std::min(matrix.rows, first));
    pack_part(part, source + first * matrix.columns, rows, matrix.columns);
  } else {
    part.first_column += first;
    part.columns = std::min(kDeferredColumns, part.columns - std::min(part.columns, first));
    pack_part(part, source, matrix.rows, matrix.columns);
  }
}

void Weights::fill_embedding(size_t layer, size_t gate, const float* parameters) {
  const CellShape& cell = shape_.cells[layer];
  const float* bias = parameters + cell.bias(gate);
  if (layer > 0) {
    std::memcpy(cells_[layer].bias.floats() + gate * shape_.h, bias, shape_.units * sizeof(float));
    return;
  }
  const size_t ld = cell.kernel_ld(gate);
  const float* kernel = parameters + cell.kernel(gate);
  for (size_t unit = 0; unit < shape_.units; unit += kPanelFloats) {
    float* to = cells_[0].embedding.floats() + (gate * shape_.h + unit) * kAlphabetSize;
    const size_t units = std::min(kPanelFloats, shape_.units - unit);
    for (size_t symbol = 0; symbol < kAlphabetSize; symbol++, to += kPanelFloats)
      for (size_t i = 0; i < units; i++) to[i] = kernel[symbol * ld + unit + i] + bias[unit + i];
  }
}

}  // namespace understudy
