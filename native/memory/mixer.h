// Gated logistic mixing: predictions on the logistic scale are added with weights that are learnt online, by the
// gradient of the coding cost (Mahoney, PAQ7 and later; Mattern, "Mixing strategies in data compression", 2012).
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "probability.h"

namespace understudy::memory {

/// One set of weights for each context; `Inputs` is a multiple of 8.
template <size_t Inputs>
class Mixer {
  static_assert(Inputs % 8 == 0);

 public:
  Mixer(size_t contexts, float weight) : weights_(contexts * Inputs, weight) {}

  float mix(size_t context, const float* inputs) const {
    const float* const weights = weights_.data() + context * Inputs;
    // Eight sums side by side, in an order that is the same for every instruction set.
    std::array<float, 8> sums{};
    for (size_t i = 0; i < Inputs; i += 8)
      for (size_t lane = 0; lane < 8; lane++) sums[lane] += weights[i + lane] * inputs[i + lane];
    const float sum = ((sums[0] + sums[4]) + (sums[2] + sums[6])) + ((sums[1] + sums[5]) + (sums[3] + sums[7]));
    return clamp_stretched(sum);
  }

  /// `step`: the error (bit − probability) times the learning rate.
  void update(size_t context, const float* inputs, float step) {
    float* const weights = weights_.data() + context * Inputs;
    for (size_t i = 0; i < Inputs; i++) weights[i] += step * inputs[i];
  }

  /// Sets the weight of one input in all contexts.
  void set_weight(size_t input, float weight) {
    for (size_t i = input; i < weights_.size(); i += Inputs) weights_[i] = weight;
  }

  /// [contexts, Inputs]
  const std::vector<float>& weights() const { return weights_; }
  std::vector<float>& weights() { return weights_; }

 private:
  std::vector<float> weights_;
};

}  // namespace understudy::memory
