// Adam as TensorFlow computes it (ε outside the bias corrections, which are folded into the step size), with AdamW's
// decay, in one pass.
#pragma once

#include "kernels.h"

namespace understudy {
namespace {

template <class V>
void adam(const AdamStep& s) {
  const typename V::F beta1 = V::set(static_cast<float>(kBeta1)), rest1 = V::set(static_cast<float>(1 - kBeta1));
  const typename V::F beta2 = V::set(static_cast<float>(kBeta2)), rest2 = V::set(static_cast<float>(1 - kBeta2));
  const typename V::F epsilon = V::set(static_cast<float>(kEpsilon)), rate = V::set(-s.step_size),
                      scale = V::set(s.gradient_scale);
  const typename V::F decay = V::set(s.decay_factor);
  const auto update = [&](float* parameters, float* first, float* second, const float* gradients) {
    const typename V::F g = V::multiply(V::load(gradients), scale);
    const typename V::F m = V::fma(beta1, V::load(first), V::multiply(rest1, g));
    const typename V::F v = V::fma(beta2, V::load(second), V::multiply(rest2, V::multiply(g, g)));
    const typename V::F step = V::divide(m, V::add(V::sqrt(v), epsilon));
    V::store(first, m);
    V::store(second, v);
    V::store(parameters, V::fma(rate, step, V::multiply(decay, V::load(parameters))));
  };
  size_t i = 0;
  for (; i + V::width <= s.count; i += V::width)
    update(s.parameters + i, s.first_moment + i, s.second_moment + i, s.gradients + i);
  if (i == s.count) return;
  // The last few, in a vector of their own.
  float parameters[V::width] = {}, first[V::width] = {}, second[V::width] = {}, gradients[V::width] = {};
  const size_t left = s.count - i;
  for (size_t j = 0; j < left; j++) {
    parameters[j] = s.parameters[i + j];
    first[j] = s.first_moment[i + j];
    second[j] = s.second_moment[i + j];
    gradients[j] = s.gradients[i + j];
  }
  update(parameters, first, second, gradients);
  for (size_t j = 0; j < left; j++) {
    s.parameters[i + j] = parameters[j];
    s.first_moment[i + j] = first[j];
    s.second_moment[i + j] = second[j];
  }
}

}  // namespace
}  // namespace understudy
