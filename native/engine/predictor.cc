#include "predictor.h"

#include <algorithm>
#include <cstring>

namespace understudy {

namespace {

/// Time steps of one run of the forward pass.
constexpr size_t kSteps = 32;
/// Symbols that are read between two polls of the cancel flag: some 50 ms of the talk's network on one processor.
constexpr size_t kReadAtOnce = 512;

/// One element of operand panels: fp32, or bf16, whose bits are the high half of a float's.
float element(const Kernels& kernels, OperandPanels panels, size_t row, size_t column) {
  const size_t width = kernels.operand_columns;
  const char* line = panels.data + column / width * panels.stride + row * kPanelBytes;
  const size_t bytes = kPanelBytes / width;
  uint32_t bits = 0;
  std::memcpy(&bits, line + column % width * bytes, bytes);
  bits <<= 8 * (sizeof bits - bytes);
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

}  // namespace

Predictor::Predictor(const Kernels& kernels, const Shape& shape, const float* parameters, Precision precision,
                     size_t threads)
    : kernels_(kernels), shape_(shape), pool_(threads), weights_(kernels, shape_, false) {
  weights_.pack(parameters, pool_);
  if (precision == Precision::exact) return;
  reader_ = std::make_unique<Reader>(kernels, shape_, parameters);
  look_back_ = std::make_unique<LookBack>(kernels, shape_, reader_->weights(), parameters);
}

void Predictor::read(float* hidden, const uint8_t* symbols, size_t rows, size_t steps, Answers answers,
                     float* probabilities, float* states) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (reader_) reader_->read(hidden, symbols, rows, steps, answers, probabilities, states, pool_);
  else read_exactly(hidden, symbols, rows, steps, answers, probabilities, states);
}

bool Predictor::look_back(const uint8_t* symbols, size_t steps, uint8_t target, float* norms,
                          const std::function<bool()>& is_cancelled) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const size_t state_size = shape_.layers * shape_.units;
  std::vector<float> hidden(state_size), states(steps * state_size);
  float probabilities[kAlphabetSize];
  for (size_t first = 0; first < steps; first += kReadAtOnce) {
    if (is_cancelled()) return false;
    reader_->read(hidden.data(), symbols + first, 1, std::min(kReadAtOnce, steps - first), Answers::last, probabilities,
                  states.data() + first * state_size, pool_);
  }
  return look_back_->norms(symbols, steps, states.data(), probabilities, target, pool_, norms, is_cancelled);
}

void Predictor::read_exactly(float* hidden, const uint8_t* symbols, size_t rows, size_t steps, Answers answers,
                             float* probabilities, float* states) {
  // [rows, layers, units] ↔ [layers, rows, units]
  std::vector<float> state(rows * shape_.layers * shape_.units);
  const auto exchange = [&](bool in) {
    for (size_t row = 0; row < rows; row++)
      for (size_t layer = 0; layer < shape_.layers; layer++) {
        float* outer = hidden + (row * shape_.layers + layer) * shape_.units;
        float* inner = state.data() + (layer * rows + row) * shape_.units;
        in ? std::copy_n(outer, shape_.units, inner) : std::copy_n(inner, shape_.units, outer);
      }
  };
  exchange(true);
  for (size_t first = 0; first < steps; first += kSteps) {
    const size_t count = std::min(kSteps, steps - first);
    Forward forward(kernels_, shape_, weights_, rows, rows, count, pool_.count());
    std::vector<uint8_t> column_order(count * rows);
    for (size_t step = 0; step < count; step++)
      for (size_t row = 0; row < rows; row++) column_order[step * rows + row] = symbols[row * steps + first + step];
    std::vector<float> all(count * rows * kAlphabetSize);
    forward.set_state(state.data());
    pool_.run_on_all([&](size_t thread) {
      forward.run(thread, column_order.data());
      forward.predict(thread, all.data());
    });
    forward.get_state(state.data());
    for (size_t step = 0; step < count; step++)
      for (size_t row = 0; row < rows; row++) {
        const float* from = all.data() + (step * rows + row) * kAlphabetSize;
        if (answers == Answers::each)
          std::copy_n(from, kAlphabetSize, probabilities + (row * steps + first + step) * kAlphabetSize);
        else if (first + step + 1 == steps) std::copy_n(from, kAlphabetSize, probabilities + row * kAlphabetSize);
        if (!states) continue;
        for (size_t layer = 0; layer < shape_.layers; layer++)
          for (size_t unit = 0; unit < shape_.units; unit++)
            states[((row * steps + first + step) * shape_.layers + layer) * shape_.units + unit] =
                element(kernels_, forward.states(layer), (step + 1) * rows + row, unit);
      }
  }
  exchange(false);
}

void Predictor::score(float* hidden, const uint8_t* inputs, const uint8_t* targets, size_t rows, size_t steps,
                      float* nats, uint8_t* correct) {
  const std::lock_guard<std::mutex> lock(mutex_);
  // The forward pass wants [steps, rows].
  const size_t longest = std::min(kSteps, steps);
  std::vector<uint8_t> some_inputs(longest * rows), some_targets(longest * rows), some_correct(longest * rows);
  std::vector<float> some_nats(longest * rows);
  std::unique_ptr<Forward> forward;
  for (size_t first = 0; first < steps; first += longest) {
    const size_t count = std::min(longest, steps - first);
    if (!forward || count < longest)
      forward = std::make_unique<Forward>(kernels_, shape_, weights_, rows, rows, count, pool_.count());
    for (size_t step = 0; step < count; step++)
      for (size_t row = 0; row < rows; row++) {
        some_inputs[step * rows + row] = inputs[row * steps + first + step];
        some_targets[step * rows + row] = targets[row * steps + first + step];
      }
    forward->set_state(hidden);
    pool_.run_on_all([&](size_t thread) {
      forward->run(thread, some_inputs.data());
      forward->score(thread, some_targets.data(), 0, {nullptr, 0}, some_nats.data(), some_correct.data());
    });
    forward->get_state(hidden);
    for (size_t step = 0; step < count; step++)
      for (size_t row = 0; row < rows; row++) {
        nats[row * steps + first + step] = some_nats[step * rows + row];
        correct[row * steps + first + step] = some_correct[step * rows + row];
      }
  }
}

}  // namespace understudy
