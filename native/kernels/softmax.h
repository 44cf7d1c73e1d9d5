// Softmax, cross-entropy and their gradient over the alphabet's 98 logits, padded to 128.
#pragma once

#include <math.h>
#include <string.h>

#include "activation.h"
#include "cell.h"
#include "core/alphabet.h"
#include "kernels.h"

namespace understudy {
namespace {

/// Sum of e^(x − max) over one row's logits x, and their maximum.
struct Exponentials {
  float sum;
  float max;
};

/// Replaces one row's logits x [128] by e^(x − max), the padding by 0.
template <class V>
Exponentials exponentials(float* x) {
  for (size_t i = kAlphabetSize; i < kPaddedLogits; i++) x[i] = x[0];
  typename V::F maxima = V::load(x);
  for (size_t i = V::width; i < kPaddedLogits; i += V::width) maxima = V::max(maxima, V::load(x + i));
  const float max = V::reduce_max(maxima);
  for (size_t i = 0; i < kPaddedLogits; i += V::width)
    V::store(x + i, exponential<V>(V::subtract(V::load(x + i), V::set(max))));
  for (size_t i = kAlphabetSize; i < kPaddedLogits; i++) x[i] = 0.0f;
  typename V::F total = V::load(x);
  for (size_t i = V::width; i < kPaddedLogits; i += V::width) total = V::add(total, V::load(x + i));
  return {V::reduce_add(total), max};
}

template <class V>
void probabilities(const float* logits, float* out) {
  float x[kPaddedLogits];
  memcpy(x, logits, sizeof x);
  const Exponentials row = exponentials<V>(x);
  for (size_t i = 0; i < kAlphabetSize; i++) out[i] = x[i] / row.sum;
}

template <class V, class T>
void softmax(Fp32Panels logits, const uint8_t* targets, size_t rows, float scale, OperandPanels d_logits, float* nats,
             uint8_t* correct) {
  constexpr size_t per_panel = kPanelBytes / sizeof(T);
  for (size_t row = 0; row < rows; row++) {
    const size_t target = targets[row];
    // One row, gathered from its panels.
    float x[kPaddedLogits];
    for (size_t i = 0; i < kPaddedLogits; i += V::width)
      V::store(x + i, V::load(logits.panel(i / kPanelFloats) + row * kPanelFloats + i % kPanelFloats));
    const float target_logit = x[target];
    size_t earlier_or_equal = 0;  // logits that come before the target in the order of probability
    for (size_t i = 0; i < kAlphabetSize; i++)
      earlier_or_equal += i < target ? x[i] >= target_logit : x[i] > target_logit;
    correct[row] = earlier_or_equal == 0;

    const Exponentials e = exponentials<V>(x);
    nats[row] = logf(e.sum) + (e.max - target_logit);
    if (!d_logits.data) continue;
    const typename V::F factor = V::set(scale / e.sum);
    for (size_t i = 0; i < kPaddedLogits; i += V::width) V::store(x + i, V::multiply(V::load(x + i), factor));
    x[target] -= scale;
    for (size_t i = 0; i < kPaddedLogits; i += V::width)
      V::store(panel_of<T>(d_logits, i / per_panel) + row * per_panel + i % per_panel, V::load(x + i));
  }
}

}  // namespace
}  // namespace understudy
