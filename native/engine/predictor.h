// Inference: reads texts with stored (8-bit) or exact (the mode's own) weights, and scores long texts, many rows beside
// each other, with the forward pass of training.
#pragma once

#include <functional>
#include <memory>
#include <mutex>

#include "forward.h"
#include "look_back.h"
#include "reader.h"

namespace understudy {

enum class Precision { exact, stored };

class Predictor {
 public:
  Predictor(const Kernels& kernels, const Shape& shape, const float* parameters, Precision precision, size_t threads);

  const Shape& shape() const { return shape_; }

  /// As `Reader::read`.
  void read(float* hidden, const uint8_t* symbols, size_t rows, size_t steps, Answers answers, float* probabilities,
            float* states);

  /// Norms [steps] of the gradient of ln p(`target` | `symbols`) by every input (look_back.h). Only with stored
  /// weights. False after cancellation, which it asks for now and then on several threads.
  bool look_back(const uint8_t* symbols, size_t steps, uint8_t target, float* norms,
                 const std::function<bool()>& is_cancelled);
  bool can_look_back() const { return look_back_ != nullptr; }

  /// `inputs`, `targets`, `nats` and `correct` [rows, steps]; `hidden` [layers, rows, units], changed in place.
  void score(float* hidden, const uint8_t* inputs, const uint8_t* targets, size_t rows, size_t steps, float* nats,
             uint8_t* correct);

 private:
  void read_exactly(float* hidden, const uint8_t* symbols, size_t rows, size_t steps, Answers answers,
                    float* probabilities, float* states);

  const Kernels& kernels_;
  const Shape shape_;
  /// Serialises calls, which share threads and buffers.
  std::mutex mutex_;
  ThreadPool pool_;
  Weights weights_;
  /// Reader with stored weights; null for exact ones.
  std::unique_ptr<Reader> reader_;
  std::unique_ptr<LookBack> look_back_;
};

}  // namespace understudy
