// Softmax, cross-entropy and their gradient over the alphabet's 98 logits, padded to 128.
#pragma once

#include <math.h>
#include <string.h>

#include "activation.h"
#include "cell.h"
#include "kernels.h"

namespace understudy {
namespace {

constexpr size_t kSymbols = 98;
constexpr size_t kLogits = 128;

/// One row: logits x [128] to e^(x − largest), the padding to 0. Gives their sum and the largest logit.
struct Exponentials {
  float sum;
  float largest;
};
template <class V>
Exponentials exponentials(float* x) {
  for (size_t i = kSymbols; i < kLogits; i++) x[i] = x[0];
  typename V::F top = V::load(x);
  for (size_t i = V::width; i < kLogits; i += V::width) top = V::max(top, V::load(x + i));
  const float largest = V::largest(top);
  for (size_t i = 0; i < kLogits; i += V::width)
    V::store(x + i, exponential<V>(V::subtract(V::load(x + i), V::set(largest))));
  for (size_t i = kSymbols; i < kLogits; i++) x[i] = 0.0f;
  typename V::F total = V::load(x);
  for (size_t i = V::width; i < kLogits; i += V::width) total = V::add(total, V::load(x + i));
  return {V::sum(total), largest};
}

template <class V>
void probabilities(const float* logits, float* out) {
  float x[kLogits];
  memcpy(x, logits, sizeof x);
  const Exponentials row = exponentials<V>(x);
  for (size_t i = 0; i < kSymbols; i++) out[i] = x[i] / row.sum;
}

template <class V, class T>
void softmax(Values logits, const uint8_t* targets, size_t rows, float scale, Operand d_logits, float* nats,
             uint8_t* correct) {
  constexpr size_t per_panel = kPanelBytes / sizeof(T);
  for (size_t row = 0; row < rows; row++) {
    const size_t target = targets[row];
    // One row, gathered from its panels.
    float x[kLogits];
    for (size_t i = 0; i < kLogits; i += V::width)
      V::store(x + i, V::load(logits.panel(i / kPanelFloats) + row * kPanelFloats + i % kPanelFloats));
    const float target_logit = x[target];
    size_t earlier_or_equal = 0;  // logits that make the target not the first of the largest
    for (size_t i = 0; i < kSymbols; i++) earlier_or_equal += i < target ? x[i] >= target_logit : x[i] > target_logit;
    correct[row] = earlier_or_equal == 0;

    const Exponentials e = exponentials<V>(x);
    nats[row] = logf(e.sum) + (e.largest - target_logit);
    if (!d_logits.data) continue;
    const typename V::F share = V::set(scale / e.sum);
    for (size_t i = 0; i < kLogits; i += V::width) V::store(x + i, V::multiply(V::load(x + i), share));
    x[target] -= scale;
    for (size_t i = 0; i < kLogits; i += V::width)
      V::store(panel_of<T>(d_logits, i / per_panel) + row * per_panel + i % per_panel, V::load(x + i));
  }
}

}  // namespace
}  // namespace understudy
