// Training: one step is forward pass, backward pass, clipping and Adam. All buffers are allocated once, at the start.
#pragma once

#include <cstdint>

#include "backward.h"
#include "weight_gradients.h"

namespace understudy {

struct TrainerSetup {
  Cell cell;
  size_t layers;
  size_t units;
  size_t batch;
  size_t seqlen;
  size_t threads;
};

struct StepResult {
  /// Mean cross-entropy per character, nats.
  double loss;
  double accuracy;
  /// Before clipping.
  double gradient_norm;
};

struct StepOptions {
  double learning_rate;
  /// Largest norm of all gradients together; 0 for no clipping.
  double clip_norm;
  /// Share by which every parameter is reduced before the step (AdamW).
  double weight_decay;
};

class Trainer {
 public:
  Trainer(const Kernels& kernels, const TrainerSetup& setup);

  const Shape& shape() const { return shape_; }
  size_t batch() const { return batch_; }
  size_t seqlen() const { return seqlen_; }
  size_t steps_taken() const { return steps_taken_; }
  const float* parameters() const { return parameters_.floats(); }
  const float* first_moment() const { return first_moment_.floats(); }
  const float* second_moment() const { return second_moment_.floats(); }
  void hidden(float* out) const { forward_.get_state(out); }

  void set_state(const float* parameters, const float* first_moment, const float* second_moment, size_t steps_taken,
                 const float* hidden);

  /// average [parameters] += weight × (parameters − average).
  void average(float* average, float weight);

  /// `inputs` and `targets` [batch, seqlen].
  StepResult step(const uint8_t* inputs, const uint8_t* targets, const StepOptions& options);

 private:
  /// [batch, seqlen] → [seqlen, rows]; padding rows are symbol 0.
  void transpose(const uint8_t* rows_first, uint8_t* steps_first) const;
  void update(const StepOptions& options, double scale);

  const Kernels& kernels_;
  const Shape shape_;
  const size_t batch_;
  /// `batch_` padded to the multiple that the kernels need.
  const size_t rows_;
  const size_t seqlen_;
  ThreadPool pool_;
  Weights weights_;
  Forward forward_;
  Backward backward_;
  WeightGradients weight_gradients_;
  size_t steps_taken_ = 0;
  Buffer parameters_;
  Buffer first_moment_;
  Buffer second_moment_;
  Buffer gradients_;
  /// [seqlen, rows] each.
  Buffer inputs_;
  Buffer targets_;
  Buffer nats_;
  Buffer correct_;
};

}  // namespace understudy
