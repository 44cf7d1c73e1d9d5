#include "reader.h"

#include <algorithm>

#include "pipeline.h"

namespace understudy {

namespace {

/// Steps times rows of one chunk: its pre-activations, 64 × G·H floats, stay in a second-level cache.
constexpr size_t kChunk = 64;
/// Steps times rows of the longest piece; bounds the buffers.
constexpr size_t kPiece = 4096;

}  // namespace

Reader::Reader(const Kernels& kernels, const Shape& shape, const float* parameters)
    : kernels_(kernels),
      shape_(shape),
      weights_(kernels.activations, shape, parameters),
      states_(shape.layers),
      outputs_(shape.layers) {}

void Reader::read(float* hidden, const uint8_t* symbols, size_t rows, size_t steps, Answers answers,
                  float* probabilities, float* states, ThreadPool& pool) {
  const size_t h = shape_.h;
  const size_t units = shape_.units;
  const size_t longest = std::max<size_t>(1, kPiece / rows);
  for (size_t first = 0; first < steps; first += longest) {
    const Piece piece{symbols + first,
                      steps,
                      rows,
                      std::min(longest, steps - first),
                      std::max<size_t>(1, kChunk / rows),
                      states ? states + first * shape_.layers * units : nullptr};
    reserve(piece, pool.count());
    for (size_t layer = 0; layer < shape_.layers; layer++)
      for (size_t row = 0; row < rows; row++) {
        float* state = states_[layer].floats() + row * h;
        std::copy_n(hidden + (row * shape_.layers + layer) * units, units, state);
        std::fill_n(state + units, h - units, 0.0f);
        kernels_.quantise(state, h, weights_.inverse_scale(), outputs(layer, row));
      }
    read_layers(piece, pool);
    for (size_t layer = 0; layer < shape_.layers; layer++)
      for (size_t row = 0; row < rows; row++)
        std::copy_n(states_[layer].floats() + row * h, units, hidden + (row * shape_.layers + layer) * units);
    if (answers == Answers::each)
      pool.run_tasks(piece.steps, [&](size_t step, size_t thread) {
        predict(piece, step, probabilities + (first + step) * kAlphabetSize, steps * kAlphabetSize, thread);
      });
    else if (first + piece.steps == steps) predict(piece, piece.steps - 1, probabilities, kAlphabetSize, 0);
  }
}

void Reader::reserve(const Piece& piece, size_t threads) {
  const auto at_least = [](Buffer& buffer, size_t bytes) {
    if (buffer.size() < bytes) buffer = Buffer(bytes);
  };
  for (Buffer& states : states_) at_least(states, piece.rows * shape_.h * sizeof(float));
  for (Buffer& outputs : outputs_) at_least(outputs, (piece.steps + 1) * piece.rows * shape_.h * activation_bytes());
  pre_activations_.resize(threads);
  rh_.resize(threads);
  for (Buffer& buffer : pre_activations_)
    at_least(buffer, piece.chunk * piece.rows * std::max(shape_.gates * shape_.h, Shape::logits) * sizeof(float));
  for (Buffer& rh : rh_) at_least(rh, piece.rows * shape_.h * activation_bytes());
}

void Reader::read_layers(const Piece& piece, ThreadPool& pool) {
  const size_t chunks = (piece.steps + piece.chunk - 1) / piece.chunk;
  if (pool.count() == 1 || chunks == 1) {
    for (size_t layer = 0; layer < shape_.layers; layer++)
      for (size_t first = 0; first < piece.steps; first += piece.chunk) read_chunk(piece, layer, first, 0);
    return;
  }
  Pipeline pipeline(shape_.layers, chunks);
  pool.run_on_all([&](size_t thread) {
    pipeline.work([&](size_t layer, size_t chunk) { read_chunk(piece, layer, chunk * piece.chunk, thread); });
  });
}

void Reader::read_chunk(const Piece& piece, size_t layer, size_t first, size_t thread) {
  const size_t h = shape_.h;
  const size_t rows = piece.rows;
  const size_t steps = std::min(piece.chunk, piece.steps - first);
  const QuantisedCell& cell = weights_.cell(layer);
  float* pre_activations = pre_activations_[thread].floats();
  input_products(piece, layer, first, steps, pre_activations);

  InferenceStep step{};
  step.pre_activations_ld = shape_.gates * h;
  step.h = states_[layer].floats();
  step.rh = rh_[thread].bytes();
  step.rows = rows;
  step.units = h;
  step.inverse_scale = weights_.inverse_scale();
  for (size_t t = 0; t < steps; t++) {
    step.pre_activations = pre_activations + t * rows * step.pre_activations_ld;
    const char* h_prev = outputs(layer, (first + t) * rows);
    step.h_next = outputs(layer, (first + t + 1) * rows);
    if (shape_.cell == Cell::gru) run_gru(step, cell, h_prev);
    else run_rnn(step, cell, h_prev);
    if (piece.states) keep_states(piece, layer, first + t);
  }
}

void Reader::keep_states(const Piece& piece, size_t layer, size_t step) const {
  for (size_t row = 0; row < piece.rows; row++) {
    float* to = piece.states + ((row * piece.symbols_ld + step) * shape_.layers + layer) * shape_.units;
    std::copy_n(states_[layer].floats() + row * shape_.h, shape_.units, to);
  }
}

void Reader::run_gru(InferenceStep& step, const QuantisedCell& cell, const char* h_prev) const {
  const size_t ld = step.pre_activations_ld;
  multiply(h_prev, step.rows, cell.gates, step.pre_activations, ld, nullptr);
  kernels_.inference_gates(step);
  multiply(step.rh, step.rows, cell.candidate, step.pre_activations + shape_.candidate() * shape_.h, ld, nullptr);
  kernels_.inference_candidate(step);
}

void Reader::run_rnn(InferenceStep& step, const QuantisedCell& cell, const char* h_prev) const {
  multiply(h_prev, step.rows, cell.candidate, step.pre_activations, step.pre_activations_ld, nullptr);
  kernels_.inference_rnn(step);
}

/// out [rows, …] = (bias or out) + a [rows, H] · w, rows of out `ld` floats apart.
void Reader::multiply(const char* a, size_t rows, const QuantisedMatrix& w, float* out, size_t ld,
                      const float* bias) const {
  const size_t h = shape_.h;
  kernels_.quantised_product({a, h, rows, h, w.weights(), w.scales.floats(), w.compensation(), w.n, out, ld, bias});
}

/// pre_activations [steps·rows, G·H] = bias + input · W, for all steps of a chunk.
void Reader::input_products(const Piece& piece, size_t layer, size_t first, size_t steps,
                            float* pre_activations) const {
  const size_t width = shape_.gates * shape_.h;
  const QuantisedCell& cell = weights_.cell(layer);
  if (layer > 0) {
    const char* below = outputs(layer - 1, (first + 1) * piece.rows);
    multiply(below, steps * piece.rows, cell.input, pre_activations, width, cell.bias.floats());
    return;
  }
  for (size_t step = first; step < first + steps; step++)
    for (size_t row = 0; row < piece.rows; row++, pre_activations += width)
      std::copy_n(cell.embedding.floats() + piece.symbols[row * piece.symbols_ld + step] * width, width,
                  pre_activations);
}

/// Probabilities after one step, for every row, `ld` floats apart.
void Reader::predict(const Piece& piece, size_t step, float* probabilities, size_t ld, size_t thread) {
  float* logits = pre_activations_[thread].floats();
  multiply(outputs(shape_.layers - 1, (step + 1) * piece.rows), piece.rows, weights_.softmax(), logits, Shape::logits,
           weights_.softmax_bias());
  for (size_t row = 0; row < piece.rows; row++)
    kernels_.probabilities(logits + row * Shape::logits, probabilities + row * ld);
}

}  // namespace understudy
