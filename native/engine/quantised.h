// The parameters as prediction stores them: 8 bits a weight, one scale a column (kernels/quantised.h).
#pragma once

#include <vector>

#include "../kernels/kernels.h"
#include "buffer.h"
#include "shape.h"

namespace understudy {

/// A weight matrix [k, n], both padded.
struct QuantisedMatrix {
  /// `n_parts` parts of `part_columns` valid columns each, every part padded by itself.
  QuantisedMatrix(const Activations& activations, size_t k, size_t n_parts, size_t part_columns);

  /// Quantises part `part` from `source` [k_valid, …] with rows `ld` apart. `steps`: what an activation of 1 is stored
  /// as.
  void set(size_t part, const float* source, size_t ld, size_t k_valid, float steps);

  const int8_t* weights() const { return reinterpret_cast<const int8_t*>(bytes.bytes()); }
  const int32_t* starts() const { return reinterpret_cast<const int32_t*>(sum_starts.bytes()); }

  Activations activations;
  size_t k;
  size_t n;
  size_t part_columns;
  Buffer bytes;
  /// [n]
  Buffer scales;
  Buffer sum_starts;
};

struct QuantisedCell {
  /// First layer: what a symbol adds, bias included, fp32 [98, 3H]. Other layers: from the layer below [H, 3H], and
  /// its bias [3H].
  Buffer symbols;
  QuantisedMatrix input;
  Buffer bias;
  /// [H, 2H] and [H, H]
  QuantisedMatrix gates;
  QuantisedMatrix candidate;
};

class QuantisedWeights {
 public:
  QuantisedWeights(const Activations& activations, const Shape& shape, const float* parameters);

  /// What an activation of 1 is stored as: as much as no sum can overflow with.
  float steps() const { return steps_; }
  const QuantisedCell& cell(size_t layer) const { return cells_[layer]; }
  const QuantisedMatrix& softmax() const { return softmax_; }
  /// [128]
  const float* softmax_bias() const { return softmax_bias_.floats(); }

 private:
  QuantisedCell make_cell(const Shape& shape, size_t layer, const float* parameters) const;

  const Activations activations_;
  float steps_;
  std::vector<QuantisedCell> cells_;
  QuantisedMatrix softmax_;
  Buffer softmax_bias_;
};

}  // namespace understudy
