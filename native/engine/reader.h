// Reading texts with quantised weights: `rows` streams side by side, `steps` symbols each. Layer by layer over chunks
// of steps: what comes from the layer below is one product for the whole chunk, and only the recurrent half is a
// product a step. With several threads the layers work on neighbouring chunks at the same time.
#pragma once

#include <cstdint>
#include <vector>

#include "quantised.h"
#include "threads.h"

namespace understudy {

/// Which rows of probabilities a reading gives.
enum class Answers { last, each };

class Reader {
 public:
  Reader(const Kernels& kernels, const Shape& shape, const float* parameters);

  /// `hidden` [rows, layers, units], changed in place; `symbols` [rows, steps]. `probabilities` of the next symbol:
  /// after the last step [rows, 98], or after every step [rows, steps, 98]. One call at a time.
  void read(float* hidden, const uint8_t* symbols, size_t rows, size_t steps, Answers answers, float* probabilities,
            Threads& threads);

 private:
  /// One piece of a reading, short enough for its buffers.
  struct Piece {
    const uint8_t* symbols;
    /// From one row's symbols to the next row's.
    size_t symbols_ld;
    size_t rows;
    size_t steps;
    size_t chunk;
  };

  void reserve(const Piece& piece, size_t threads);
  void read_layers(const Piece& piece, Threads& threads);
  void read_chunk(const Piece& piece, size_t layer, size_t first, size_t thread);
  void input_sums(const Piece& piece, size_t layer, size_t first, size_t steps, float* sums) const;
  void multiply(const char* a, size_t rows, const QuantisedMatrix& w, float* out, size_t ld, const float* bias) const;
  void predict(const Piece& piece, size_t step, float* probabilities, size_t ld, size_t thread);

  size_t activation_bytes() const { return kernels_.activations.bytes; }
  /// A layer's stored states, from number `row` of (steps + 1)·rows on.
  char* outputs(size_t layer, size_t row) const {
    return outputs_[layer].bytes() + row * shape_.h * activation_bytes();
  }

  const Kernels& kernels_;
  const Shape& shape_;
  const QuantisedWeights weights_;
  /// Each layer's states: fp32 [rows, H]; and quantised, before the first step and after each, [(steps + 1)·rows, H].
  std::vector<Buffer> states_;
  std::vector<Buffer> outputs_;
  /// Per thread: sums of a chunk [chunk·rows, 3H] or logits, and r∘h [rows, H].
  std::vector<Buffer> sums_;
  std::vector<Buffer> kept_;
};

}  // namespace understudy
