#include "trainer.h"

#include <algorithm>
#include <cmath>

namespace understudy {

namespace {

uint8_t* bytes_of(const Buffer& buffer) { return reinterpret_cast<uint8_t*>(buffer.bytes()); }

}  // namespace

Trainer::Trainer(const Kernels& kernels, const TrainerSetup& setup)
    : kernels_(kernels),
      shape_(setup.cell, setup.layers, setup.units),
      batch_(setup.batch),
      rows_((setup.batch + kernels.row_multiple - 1) / kernels.row_multiple * kernels.row_multiple),
      seqlen_(setup.seqlen),
      pool_(setup.threads),
      weights_(kernels, shape_, true),
      forward_(kernels, shape_, weights_, rows_, batch_, seqlen_, setup.threads),
      backward_(kernels, shape_, weights_, forward_, rows_, seqlen_, setup.threads),
      weight_gradients_(kernels, shape_, forward_, backward_.d_logits(), rows_, seqlen_, setup.threads),
      parameters_(float_buffer(shape_.parameters)),
      first_moment_(float_buffer(shape_.parameters)),
      second_moment_(float_buffer(shape_.parameters)),
      gradients_(float_buffer(shape_.parameters)),
      inputs_(rows_ * seqlen_),
      targets_(rows_ * seqlen_),
      nats_(float_buffer(rows_ * seqlen_)),
      correct_(rows_ * seqlen_) {}

void Trainer::set_state(const float* parameters, const float* first_moment, const float* second_moment,
                        size_t steps_taken, const float* hidden) {
  std::copy_n(parameters, shape_.parameters, parameters_.floats());
  std::copy_n(first_moment, shape_.parameters, first_moment_.floats());
  std::copy_n(second_moment, shape_.parameters, second_moment_.floats());
  steps_taken_ = steps_taken;
  forward_.set_state(hidden);
  weights_.pack(parameters_.floats(), pool_);
}

void Trainer::average(float* average, float weight) {
  const float* parameters = parameters_.floats();
  pool_.run_on_all([&](size_t thread) {
    const Share part = share_of(shape_.parameters, pool_.count(), thread);
    for (size_t i = part.begin; i < part.end; i++) average[i] += weight * (parameters[i] - average[i]);
  });
}

StepResult Trainer::step(const uint8_t* inputs, const uint8_t* targets, const StepOptions& options) {
  transpose(inputs, bytes_of(inputs_));
  transpose(targets, bytes_of(targets_));
  const size_t characters = batch_ * seqlen_;
  pool_.run_on_all([&](size_t thread) {
    forward_.run(thread, bytes_of(inputs_));
    forward_.score(thread, bytes_of(targets_), 1.0f / static_cast<float>(characters), backward_.d_logits(),
                   nats_.floats(), bytes_of(correct_));
    backward_.through_time(thread);
  });
  const double squares = weight_gradients_.compute(bytes_of(inputs_), pool_, gradients_.floats());

  StepResult result{};
  for (size_t step = 0; step < seqlen_; step++)
    for (size_t i = step * rows_; i < step * rows_ + batch_; i++) {
      result.loss += nats_.floats()[i];
      result.accuracy += bytes_of(correct_)[i];
    }
  result.loss /= static_cast<double>(characters);
  result.accuracy /= static_cast<double>(characters);
  result.gradient_norm = std::sqrt(squares);
  // An overflowed gradient has no direction: the weights stay unchanged.
  if (!std::isfinite(result.gradient_norm)) return result;
  const bool clips = options.clip_norm > 0 && result.gradient_norm > options.clip_norm;
  update(options, clips ? options.clip_norm / result.gradient_norm : 1.0);
  return result;
}

void Trainer::update(const StepOptions& options, double scale) {
  steps_taken_++;
  const double step = static_cast<double>(steps_taken_);
  const double rate = options.learning_rate * std::sqrt(1 - std::pow(kBeta2, step)) / (1 - std::pow(kBeta1, step));
  pool_.run_tasks(weights_.chunks(), [&](size_t chunk, size_t) {
    const Share part = weights_.chunk(chunk);
    kernels_.adam({parameters_.floats() + part.begin, first_moment_.floats() + part.begin,
                   second_moment_.floats() + part.begin, gradients_.floats() + part.begin, part.size(),
                   static_cast<float>(rate), static_cast<float>(scale), static_cast<float>(1 - options.weight_decay)});
    weights_.pack_chunk(chunk, parameters_.floats());
  });
  weights_.pack_rest(parameters_.floats(), pool_);
}

void Trainer::transpose(const uint8_t* rows_first, uint8_t* steps_first) const {
  std::fill_n(steps_first, seqlen_ * rows_, uint8_t{0});
  for (size_t row = 0; row < batch_; row++)
    for (size_t step = 0; step < seqlen_; step++) steps_first[step * rows_ + row] = rows_first[row * seqlen_ + step];
}

}  // namespace understudy
