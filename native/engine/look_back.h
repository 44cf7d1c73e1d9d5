// Gradient of ln p(target | symbols) by every one-hot input, of a network as a Reader reads with it: back-propagation
// through time with its stored weights, transposed, and gates computed anew from the states that reading has left.
//
// States are known for all steps, so the gates of a chunk of steps are a product for all of them, as is the gradient by
// the layer below. Only the recurrent half goes back step by step. Layers work on neighbouring chunks at the same time,
// the lowest behind. Gradients are quantised to 16 bits for the products, one scale per step, since they become
// smaller with every step.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <vector>

#include "core/thread_pool.h"
#include "quantised.h"

namespace understudy {

/// Transpose of a stored matrix [k, n], for gradients in 16 bits: the same weights, whose scales belong to the depth
/// now.
struct TransposedMatrix {
  TransposedMatrix(const ActivationFormat& gradients, const QuantisedMatrix& matrix, float inverse_scale);

  /// Depth n and width k of the matrix that it is the transpose of.
  size_t depth;
  size_t width;
  /// Inverse scale of gradients with which no sum can overflow.
  float inverse_scale;
  Buffer weights;
  /// Scales of the weights, [depth].
  Buffer scales;
};

class LookBack {
 public:
  /// `kernels` and `weights`: of the reader.
  LookBack(const Kernels& kernels, const Shape& shape, const QuantisedWeights& weights, const float* parameters);

  /// `norms` [steps] of the gradient by every input. `states` [steps, layers, units] after every symbol,
  /// `probabilities` [98] after the last. Going back it stops where a whole chunk of norms is below 1e-9 of the largest
  /// and leaves zeros. False after cancellation, which it asks for now and then on several threads. One call at a time.
  bool norms(const uint8_t* symbols, size_t steps, const float* states, const float* probabilities, uint8_t target,
             ThreadPool& pool, float* norms, const std::function<bool()>& is_cancelled);

 private:
  struct Text {
    const uint8_t* symbols;
    size_t steps;
    const float* states;
    float* norms;
  };
  /// Some steps of the text.
  struct Chunk {
    size_t first;
    size_t steps;
  };
  struct CellTransposes {
    TransposedMatrix input, gates, candidate;
  };
  /// Buffers of one layer. Those of a chunk are row-major, a row for each step.
  struct LayerWork {
    /// h_prev and r∘h_prev in fp32 (of an RNN, nothing and h_next), the states of the layer below or the former two in
    /// the activations' format [H].
    Buffer h_prev, rh, stored;
    /// Pre-activations; r, u, c, then the gradients by the pre-activations [G·H].
    Buffer pre_activations, gates;
    /// Gradients by h_next from the following step, by r∘h_prev, and by h_next of a step after the last [H].
    Buffer dh_next, d_rh;
    /// Gradient by the layer's outputs, from above, for all steps of the text [H].
    Buffer dh_above;
    /// Operands of a product: scaled gradients [G·H], the same in 16 bits, and scales of columns [H].
    Buffer scaled, quantised, column_scales;
  };

  void reserve(size_t steps, ThreadPool& pool);
  void start(const Text& text, const float* probabilities, uint8_t target);
  void run_chunk(const Text& text, size_t layer, const Chunk& chunk);
  void recompute_gates(const Text& text, size_t layer, const Chunk& chunk);
  void go_back_gru(size_t layer, const Chunk& chunk);
  void go_back_rnn(const Text& text, size_t layer, const Chunk& chunk);
  void pass_below(size_t layer, const Chunk& chunk);
  void write_norms(const Text& text, const Chunk& chunk);

  void store_state(const Text& text, size_t layer, size_t step, float* fp32, char* stored) const;
  void forward_product(const char* a, size_t rows, const QuantisedMatrix& w, float* out, const float* bias) const;
  float quantise_gradient(LayerWork& work, const float* d, const TransposedMatrix& w, char* out) const;
  void add_product(LayerWork& work, const float* d, const TransposedMatrix& w, float* out) const;

  /// Gates of one row, G·H.
  size_t width() const { return shape_.gates * shape_.h; }
  size_t stored_row() const { return shape_.h * kernels_.activations.bytes; }

  const Kernels& kernels_;
  /// Kernels in fp32, whose products take activations of 16 bits.
  const Kernels& fp32_;
  const Shape& shape_;
  const QuantisedWeights& weights_;
  /// The first layer's weights from the one-hot input, transposed: packed fp32 [G·H, 128].
  Buffer embedding_transposed_;
  /// Made when they are first needed; lowest layer first.
  std::vector<CellTransposes> cells_;
  std::vector<LayerWork> work_;
  Buffer zeros_;
  Buffer ones_;
  /// The first layer's gradients by pre-activations as panels [64, G·H], and by the inputs [64, 128].
  Buffer panels_;
  Buffer by_input_;
  float largest_ = 0;
  std::atomic<bool> stopped_{false};
};

}  // namespace understudy
