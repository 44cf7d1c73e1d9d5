// Quantised weights of inference: a byte a weight, one scale per column (kernels/inference.h).
#pragma once

#include <vector>

#include "buffer.h"
#include "kernels/kernels.h"
#include "shape.h"

namespace understudy {

/// A weight matrix [k, n], both padded.
struct QuantisedMatrix {
  /// `n_parts` parts of `part_columns` valid columns each, each part padded on its own.
  QuantisedMatrix(const ActivationFormat& activations, size_t k, size_t n_parts, size_t part_columns);

  /// Quantises part `part` from `source` [k_valid, …] with rows `ld` apart. `inverse_scale`: of the activations.
  void set(size_t part, const float* source, size_t ld, size_t k_valid, float inverse_scale);

  const int8_t* weights() const { return reinterpret_cast<const int8_t*>(bytes.bytes()); }
  const int32_t* compensation() const { return reinterpret_cast<const int32_t*>(compensations.bytes()); }

  ActivationFormat activations;
  size_t k;
  size_t n;
  size_t part_columns;
  Buffer bytes;
  /// [n] each.
  Buffer scales;
  Buffer compensations;
};

struct QuantisedCell {
  /// First layer: embedding of the symbols, bias included, fp32 [98, G·H]. Other layers: weights from the layer below
  /// [H, G·H], and bias [G·H].
  Buffer embedding;
  QuantisedMatrix input;
  Buffer bias;
  /// [H, (G − 1)·H] and [H, H]
  QuantisedMatrix gates;
  QuantisedMatrix candidate;
};

class QuantisedWeights {
 public:
  QuantisedWeights(const ActivationFormat& activations, const Shape& shape, const float* parameters);

  /// Inverse scale of the activations: the largest with which no sum can overflow.
  float inverse_scale() const { return inverse_scale_; }
  const QuantisedCell& cell(size_t layer) const { return cells_[layer]; }
  const QuantisedMatrix& softmax() const { return softmax_; }
  /// [128]
  const float* softmax_bias() const { return softmax_bias_.floats(); }

 private:
  QuantisedCell make_cell(const Shape& shape, size_t layer, const float* parameters) const;

  const ActivationFormat activations_;
  float inverse_scale_;
  std::vector<QuantisedCell> cells_;
  QuantisedMatrix softmax_;
  Buffer softmax_bias_;
};

}  // namespace understudy
