// Reading of texts with quantised weights: `rows` streams beside each other, `steps` symbols each. Layer by layer over
// chunks of steps: the product with the layer below is one for the whole chunk, and only the recurrent half is a
// product per step. With several threads, layers work on neighbouring chunks at the same time.
#pragma once

#include <cstdint>
#include <vector>

#include "core/thread_pool.h"
#include "quantised.h"

namespace understudy {

/// Steps after which a reading returns probabilities.
enum class Answers { last, each };

class Reader {
 public:
  Reader(const Kernels& kernels, const Shape& shape, const float* parameters);

  /// `hidden` [rows, layers, units], changed in place; `symbols` [rows, steps]. `probabilities` of the next symbol:
  /// after the last step [rows, 98], or after every step [rows, steps, 98]. `states` after every step, [rows, steps,
  /// layers, units], or null. One call at a time.
  void read(float* hidden, const uint8_t* symbols, size_t rows, size_t steps, Answers answers, float* probabilities,
            float* states, ThreadPool& pool);

  const QuantisedWeights& weights() const { return weights_; }

 private:
  /// A piece of a reading that fits the buffers.
  struct Piece {
    const uint8_t* symbols;
    /// Distance between two rows' symbols.
    size_t symbols_ld;
    size_t rows;
    size_t steps;
    size_t chunk;
    /// States after every step, rows `symbols_ld` steps apart, or null.
    float* states;
  };

  void reserve(const Piece& piece, size_t threads);
  void read_layers(const Piece& piece, ThreadPool& pool);
  void read_chunk(const Piece& piece, size_t layer, size_t first, size_t thread);
  void run_gru(InferenceStep& step, const QuantisedCell& cell, const char* h_prev) const;
  void run_rnn(InferenceStep& step, const QuantisedCell& cell, const char* h_prev) const;
  void input_products(const Piece& piece, size_t layer, size_t first, size_t steps, float* pre_activations) const;
  void multiply(const char* a, size_t rows, const QuantisedMatrix& w, float* out, size_t ld, const float* bias) const;
  void keep_states(const Piece& piece, size_t layer, size_t step) const;
  void predict(const Piece& piece, size_t step, float* probabilities, size_t ld, size_t thread);

  size_t activation_bytes() const { return kernels_.activations.bytes; }
  /// A layer's states in the activations' format, from row `row` of (steps + 1)·rows on.
  char* outputs(size_t layer, size_t row) const {
    return outputs_[layer].bytes() + row * shape_.h * activation_bytes();
  }

  const Kernels& kernels_;
  const Shape& shape_;
  const QuantisedWeights weights_;
  /// Each layer's state, fp32 [rows, H], and its quantised states before the first step and after each,
  /// [(steps + 1)·rows, H].
  std::vector<Buffer> states_;
  std::vector<Buffer> outputs_;
  /// Per thread: pre-activations of a chunk [chunk·rows, G·H] or logits, and r∘h_prev [rows, H].
  std::vector<Buffer> pre_activations_;
  std::vector<Buffer> rh_;
};

}  // namespace understudy
