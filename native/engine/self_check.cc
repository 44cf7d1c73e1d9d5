#include "self_check.h"

#include <cmath>
#include <cstring>
#include <vector>

#include "kernels/isa.h"
#include "reader.h"
#include "trainer.h"

namespace understudy {

namespace {

/// Pseudo-random numbers, the same on every machine.
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

/// One network with many units, for deep products; one with many rows, for deep weight gradients; one without padding,
/// for packing; one of the other cell.
constexpr TrainerSetup kChecks[] = {{Cell::gru, 1, 264, 3, 2, 1},
                                    {Cell::gru, 2, 33, 41, 13, 1},
                                    {Cell::gru, 2, 64, 4, 3, 1},
                                    {Cell::rnn, 2, 33, 5, 4, 1}};

/// Results of one training step and one reading.
struct Outcome {
  /// Mean nats.
  double loss;
  /// Adam's first moments after one step are the gradients, scaled.
  std::vector<float> gradients;
  /// After every symbol.
  std::vector<float> probabilities;
};

std::vector<uint8_t> some_symbols(size_t count, Noise& noise) {
  std::vector<uint8_t> symbols(count);
  for (uint8_t& symbol : symbols) symbol = static_cast<uint8_t>((noise.next() + 1) * 48.9f);
  return symbols;
}

Outcome run(const Kernels& kernels, const TrainerSetup& setup) {
  Noise noise;
  Trainer trainer(kernels, setup);
  const size_t count = trainer.shape().parameters;
  std::vector<float> parameters(count), zeros(count), hidden(setup.layers * setup.batch * setup.units);
  for (float& p : parameters) p = 0.1f * noise.next();
  for (float& h : hidden) h = noise.next();
  const auto inputs = some_symbols(setup.batch * setup.seqlen, noise);
  const auto targets = some_symbols(inputs.size(), noise);
  trainer.set_state(parameters.data(), zeros.data(), zeros.data(), 0, hidden.data());
  const StepResult result = trainer.step(inputs.data(), targets.data(), {1e-3, 0, 0});

  Outcome outcome{result.loss, {trainer.first_moment(), trainer.first_moment() + count}, {}};
  ThreadPool pool(1);
  Reader reader(kernels, trainer.shape(), parameters.data());
  outcome.probabilities.resize(inputs.size() * kAlphabetSize);
  reader.read(hidden.data(), inputs.data(), setup.batch, setup.seqlen, Answers::each, outcome.probabilities.data(),
              nullptr, pool);
  return outcome;
}

/// Plain kernels of the same numeric mode.
const Kernels& plain_kernels_of(const Kernels& kernels) {
  if (kernels.weight_bits == 7) return plain_int7_kernels();
  for (const Kernels* plain : {&plain_bf16_kernels(), &plain_int8_kernels()})
    if (std::strcmp(plain->numeric, kernels.numeric) == 0) return *plain;
  return plain_kernels();
}

/// Whether `got` is within `tolerance` of `wanted` in the Euclidean norm; NaN never is.
bool agree(const std::vector<float>& got, const std::vector<float>& wanted, double tolerance) {
  double difference = 0, size = 0;
  for (size_t i = 0; i < wanted.size(); i++) {
    difference += (got[i] - wanted[i]) * (got[i] - wanted[i]);
    size += wanted[i] * wanted[i];
  }
  return std::sqrt(difference) <= tolerance * std::sqrt(size);
}

}  // namespace

bool self_check(const Kernels& kernels) {
  const Kernels& plain = plain_kernels_of(kernels);
  constexpr double kRounding = 1e-4;
  // Numbers rounded to bf16 in another order differ here and there by one part in 256, and bytes by one in 127.
  const double tolerance = &plain == &plain_kernels() ? kRounding : 5e-3;
  const bool reads_bytes = kernels.activations.bytes == 1;
  for (const TrainerSetup& setup : kChecks) {
    const Outcome wanted = run(plain, setup);
    const Outcome got = run(kernels, setup);
    if (!agree(got.gradients, wanted.gradients, tolerance)) return false;
    if (!(std::abs(got.loss - wanted.loss) <= tolerance * wanted.loss)) return false;
    if (!agree(got.probabilities, wanted.probabilities, reads_bytes ? tolerance : kRounding)) return false;
  }
  return true;
}

}  // namespace understudy
