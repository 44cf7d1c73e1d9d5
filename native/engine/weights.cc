#include "weights.h"

namespace understudy {

Weights::Weights(const Kernels& kernels, const Shape& shape, bool backward)
    : kernels_(kernels), shape_(shape), cells_(shape.layers) {
  for (size_t layer = 0; layer < shape.layers; layer++) add_cell(layer, backward);
  const size_t h = shape.h;
  softmax_ = Buffer(h * Shape::logits * kernels.packed_weight_bytes);
  softmax_bias_ = zeroed_floats(Shape::logits);
  add({shape.softmax_kernel, kAlphabet, shape.units, kAlphabet, false, &softmax_, h, 0, 0});
  if (!backward) return;
  softmax_back_ = Buffer(Shape::logits * h * kernels.packed_weight_bytes);
  add({shape.softmax_kernel, kAlphabet, shape.units, kAlphabet, true, &softmax_back_, Shape::logits, 0, 0});
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
  for (size_t gate = 0; gate < kGates; gate++) {
    const bool is_candidate = gate == kCandidate;
    const size_t columns = cell.kernel_ld(gate);
    const size_t kernel = cell.kernel(gate);
    const size_t hidden = kernel + cell.inputs * columns;
    Buffer* forward = is_candidate ? &to.candidate : &to.gates;
    const size_t n_start = is_candidate ? 0 : gate * h;
    add({hidden, columns, units, units, false, forward, h, 0, n_start});
    if (layer > 0) add({kernel, columns, units, units, false, &to.input, h, 0, gate * h});
    if (!backward) continue;
    Buffer* back = is_candidate ? &to.candidate_back : &to.gates_back;
    add({hidden, columns, units, units, true, back, is_candidate ? h : 2 * h, n_start, 0});
    if (layer > 0) add({kernel, columns, units, units, true, &to.input_back, 3 * h, gate * h, 0});
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
  threads.tasks(parts_.size() + 1, [&](size_t task, size_t) {
    if (task < parts_.size()) pack_part(parts_[task], parameters);
    else fill_tables(parameters);
  });
}

void Weights::pack_part(const Part& part, const float* parameters) const {
  const size_t weight = kernels_.packed_weight_bytes;
  PackedPart packed{};
  packed.source = parameters + part.source;
  packed.k_step = part.transposed ? 1 : part.source_columns;
  packed.n_step = part.transposed ? part.source_columns : 1;
  packed.k_valid = part.transposed ? part.columns : part.rows;
  packed.n_valid = part.transposed ? part.rows : part.columns;
  packed.k = padded(packed.k_valid);
  packed.n = padded(packed.n_valid);
  packed.panel_stride = part.depth * kPanelFloats * weight;
  packed.packed = part.to->bytes() + part.n_start / kPanelFloats * packed.panel_stride +
                  part.k_start * kPanelFloats * weight;
  kernels_.pack(packed);
}

/// What stays fp32: the first layer's table by symbol, and the biases.
void Weights::fill_tables(const float* parameters) {
  const size_t units = shape_.units;
  for (size_t layer = 0; layer < shape_.layers; layer++) {
    const CellShape& cell = shape_.cells[layer];
    for (size_t gate = 0; gate < kGates; gate++) {
      const float* bias = parameters + cell.bias(gate);
      if (layer > 0) {
        std::memcpy(cells_[layer].bias.floats() + gate * shape_.h, bias, units * sizeof(float));
        continue;
      }
      const size_t ld = cell.kernel_ld(gate);
      const float* kernel = parameters + cell.kernel(gate);
      const Values table{cells_[0].symbols.floats(), kAlphabet * kPanelFloats};
      for (size_t unit = 0; unit < units; unit++) {
        const size_t column = gate * shape_.h + unit;
        float* to = table.panel(column / kPanelFloats) + column % kPanelFloats;
        for (size_t symbol = 0; symbol < kAlphabet; symbol++)
          to[symbol * kPanelFloats] = kernel[symbol * ld + unit] + bias[unit];
      }
    }
  }
  std::memcpy(softmax_bias_.floats(), parameters + shape_.softmax_bias, kAlphabet * sizeof(float));
}

}  // namespace understudy
