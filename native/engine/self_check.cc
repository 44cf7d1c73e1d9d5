#include "self_check.h"

#include <cmath>
#include <cstring>
#include <vector>

#include "../kernels/isa.h"
#include "trainer.h"

namespace understudy {

namespace {

/// Small numbers that look random, the same everywhere.
class Noise {
 public:
  /// In (−1, 1).
  float next() {
    state_ = state_ * 1664525u + 1013904223u;
    return static_cast<float>(static_cast<int32_t>(state_)) / 2147483648.0f;
  }

 private:
  uint32_t state_ = 1;
};

constexpr TrainerSetup kTiny{2, 40, 19, 5, 1};

/// Parameters after two steps with plain gradient-like updates (Adam's first moments are the gradients' averages).
struct Outcome {
  double loss;
  std::vector<float> first_moment;
};

Outcome run(const Kernels& kernels) {
  Trainer trainer(kernels, kTiny);
  const size_t count = trainer.shape().parameters;
  Noise noise;
  std::vector<float> parameters(count), zeros(count), hidden(kTiny.layers * kTiny.batch * kTiny.units);
  for (float& p : parameters) p = 0.3f * noise.next();
  for (float& h : hidden) h = noise.next();
  std::vector<uint8_t> inputs(kTiny.batch * kTiny.seqlen), targets(inputs.size());
  for (uint8_t& s : inputs) s = static_cast<uint8_t>((noise.next() + 1) * 48.9f);
  for (uint8_t& s : targets) s = static_cast<uint8_t>((noise.next() + 1) * 48.9f);
  trainer.set_state(parameters.data(), zeros.data(), zeros.data(), 0, hidden.data());
  const StepResult result = trainer.step(inputs.data(), targets.data(), 1e-3, 0);
  return {result.loss, {trainer.first_moment(), trainer.first_moment() + count}};
}

}  // namespace

bool self_check(const Kernels& kernels) {
  static const Outcome expected = run(plain_kernels());
  const Outcome got = run(kernels);
  // bf16 keeps 8 bits of every operand.
  const double tolerance = std::strcmp(kernels.numeric, "bf16") == 0 ? 2e-2 : 1e-4;
  double difference = 0, size = 0;
  for (size_t i = 0; i < expected.first_moment.size(); i++) {
    const double wanted = expected.first_moment[i];
    difference += (got.first_moment[i] - wanted) * (got.first_moment[i] - wanted);
    size += wanted * wanted;
  }
  const bool gradients_agree = std::sqrt(difference) <= tolerance * std::sqrt(size);
  return gradients_agree && std::abs(got.loss - expected.loss) <= tolerance * expected.loss;
}

}  // namespace understudy
