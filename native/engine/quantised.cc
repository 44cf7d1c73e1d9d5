#include "quantised.h"

#include <algorithm>
#include <cmath>

namespace understudy {

namespace {

/// Largest power of two with which no sum can overflow, or qmax.
float activation_inverse_scale(const ActivationFormat& activations, size_t k) {
  const double bound = 2147483647.0 / (activations.weight_qmax * static_cast<double>(k));
  return std::min(activations.qmax, static_cast<float>(std::exp2(std::floor(std::log2(bound)))));
}

}  // namespace

QuantisedMatrix::QuantisedMatrix(const ActivationFormat& activations, size_t k, size_t n_parts, size_t part_columns)
    : activations(activations),
      k(k),
      n(n_parts * padded(part_columns)),
      part_columns(part_columns),
      bytes(k * n),
      scales(zeroed_floats(n)),
      compensations(zeroed_floats(n)) {
  if (bytes.size()) std::memset(bytes.bytes(), 0, bytes.size());
}

void QuantisedMatrix::set(size_t part, const float* source, size_t ld, size_t k_valid, float inverse_scale) {
  const size_t unit = activations.k_unit();
  const float qmax = activations.weight_qmax;
  int8_t* to = reinterpret_cast<int8_t*>(bytes.bytes());
  int32_t* compensation = reinterpret_cast<int32_t*>(compensations.bytes());
  std::vector<float> absmax(part_columns, 0.0f);
  for (size_t row = 0; row < k_valid; row++)
    for (size_t column = 0; column < part_columns; column++)
      absmax[column] = std::max(absmax[column], std::abs(source[row * ld + column]));
  const size_t start = part * padded(part_columns);
  for (size_t column = 0; column < part_columns; column++)
    scales.floats()[start + column] = absmax[column] / qmax / inverse_scale;
  for (size_t row = 0; row < k_valid; row++)
    for (size_t column = 0; column < part_columns; column++) {
      if (absmax[column] == 0) continue;
      const auto weight = static_cast<int8_t>(std::lrint(source[row * ld + column] * (qmax / absmax[column])));
      const size_t n_at = start + column;
      const size_t panel = n_at / kPanelFloats * k * kPanelFloats;
      to[panel + row / unit * unit * kPanelFloats + n_at % kPanelFloats * unit + row % unit] = weight;
      compensation[n_at] -= activations.zero_point * weight;
    }
}

QuantisedWeights::QuantisedWeights(const ActivationFormat& activations, const Shape& shape, const float* parameters)
    : activations_(activations),
      inverse_scale_(activation_inverse_scale(activations, shape.h)),
      softmax_(activations, shape.h, 1, kAlphabetSize),
      softmax_bias_(zeroed_floats(Shape::logits)) {
  for (size_t layer = 0; layer < shape.layers; layer++) cells_.push_back(make_cell(shape, layer, parameters));
  softmax_.set(0, parameters + shape.softmax_kernel, kAlphabetSize, shape.units, inverse_scale_);
  std::copy_n(parameters + shape.softmax_bias, kAlphabetSize, softmax_bias_.floats());
}

QuantisedCell QuantisedWeights::make_cell(const Shape& shape, size_t layer, const float* parameters) const {
  const CellShape& from = shape.cells[layer];
  const size_t units = shape.units;
  const size_t h = shape.h;
  const bool first = layer == 0;
  QuantisedCell cell{zeroed_floats(first ? kAlphabetSize * shape.gates * h : 0),
                     QuantisedMatrix(activations_, first ? 0 : h, shape.gates, units), zeroed_floats(shape.gates * h),
                     QuantisedMatrix(activations_, h, from.candidate, units),
                     QuantisedMatrix(activations_, h, 1, units)};
  for (size_t gate = 0; gate < shape.gates; gate++) {
    const bool is_candidate = gate == from.candidate;
    const size_t ld = from.kernel_ld(gate);
    const float* kernel = parameters + from.kernel(gate);
    const float* bias = parameters + from.bias(gate);
    QuantisedMatrix& hidden = is_candidate ? cell.candidate : cell.gates;
    hidden.set(is_candidate ? 0 : gate, kernel + from.inputs * ld, ld, units, inverse_scale_);
    std::copy_n(bias, units, cell.bias.floats() + gate * h);
    if (!first) {
      cell.input.set(gate, kernel, ld, units, inverse_scale_);
      continue;
    }
    for (size_t symbol = 0; symbol < kAlphabetSize; symbol++)
      for (size_t unit = 0; unit < units; unit++)
        cell.embedding.floats()[(symbol * shape.gates + gate) * h + unit] = kernel[symbol * ld + unit] + bias[unit];
  }
  return cell;
}

}  // namespace understudy
