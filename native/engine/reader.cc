#include "reader.h"

#include <algorithm>

#include "pipeline.h"

namespace understudy {

namespace {

/// Steps (times rows) of one chunk: its sums, 64 × 3H floats, stay in a second-level cache.
constexpr size_t kChunk = 64;
/// Longest piece, in steps times rows; bounds the buffers.
constexpr size_t kPiece = 4096;

}  // namespace

Reader::Reader(const Kernels& kernels, const Shape& shape, const float* parameters)
    : kernels_(kernels),
      shape_(shape),
      weights_(kernels.activations, shape, parameters),
      states_(shape.layers),
      outputs_(shape.layers) {}

void Reader::read(float* hidden, const uint8_t* symbols, size_t rows, size_t steps, Answers answers,
                  float* probabilities, Threads& threads) {
  const size_t h = shape_.h;
  const size_t units = shape_.units;
  const size_t longest = std::max<size_t>(1, kPiece / rows);
  for (size_t first = 0; first < steps; first += longest) {
    const Piece piece{symbols + first, steps, rows, std::min(longest, steps - first),
                      std::max<size_t>(1, kChunk / rows)};
    reserve(piece, threads.count());
    for (size_t layer = 0; layer < shape_.layers; layer++)
      for (size_t row = 0; row < rows; row++) {
        float* state = states_[layer].floats() + row * h;
        std::copy_n(hidden + (row * shape_.layers + layer) * units, units, state);
        std::fill_n(state + units, h - units, 0.0f);
        kernels_.quantise(state, h, weights_.steps(), outputs(layer, row));
      }
    read_layers(piece, threads);
    for (size_t layer = 0; layer < shape_.layers; layer++)
      for (size_t row = 0; row < rows; row++)
        std::copy_n(states_[layer].floats() + row * h, units, hidden + (row * shape_.layers + layer) * units);
    if (answers == Answers::each)
      threads.tasks(piece.steps, [&](size_t step, size_t thread) {
        predict(piece, step, probabilities + (first + step) * kAlphabet, steps * kAlphabet, thread);
      });
    else if (first + piece.steps == steps) predict(piece, piece.steps - 1, probabilities, kAlphabet, 0);
  }
}

void Reader::reserve(const Piece& piece, size_t threads) {
  const auto at_least = [](Buffer& buffer, size_t bytes) {
    if (buffer.size() < bytes) buffer = Buffer(bytes);
  };
  for (Buffer& states : states_) at_least(states, piece.rows * shape_.h * sizeof(float));
  for (Buffer& outputs : outputs_) at_least(outputs, (piece.steps + 1) * piece.rows * shape_.h * activation_bytes());
  sums_.resize(threads);
  kept_.resize(threads);
  for (Buffer& sums : sums_)
    at_least(sums, piece.chunk * piece.rows * std::max(3 * shape_.h, Shape::logits) * sizeof(float));
  for (Buffer& kept : kept_) at_least(kept, piece.rows * shape_.h * activation_bytes());
}

void Reader::read_layers(const Piece& piece, Threads& threads) {
  const size_t chunks = (piece.steps + piece.chunk - 1) / piece.chunk;
  if (threads.count() == 1 || chunks == 1) {
    for (size_t layer = 0; layer < shape_.layers; layer++)
      for (size_t first = 0; first < piece.steps; first += piece.chunk) read_chunk(piece, layer, first, 0);
    return;
  }
  Pipeline pipeline(shape_.layers, chunks);
  threads.each([&](size_t thread) {
    pipeline.work([&](size_t layer, size_t chunk) { read_chunk(piece, layer, chunk * piece.chunk, thread); });
  });
}

void Reader::read_chunk(const Piece& piece, size_t layer, size_t first, size_t thread) {
  const size_t h = shape_.h;
  const size_t rows = piece.rows;
  const size_t steps = std::min(piece.chunk, piece.steps - first);
  const QuantisedCell& cell = weights_.cell(layer);
  float* sums = sums_[thread].floats();
  input_sums(piece, layer, first, steps, sums);

  PredictStep step{};
  step.sums_ld = 3 * h;
  step.state = states_[layer].floats();
  step.kept = kept_[thread].bytes();
  step.rows = rows;
  step.units = h;
  step.steps = weights_.steps();
  for (size_t t = 0; t < steps; t++) {
    step.sums = sums + t * rows * step.sums_ld;
    const char* before = outputs(layer, (first + t) * rows);
    step.after = outputs(layer, (first + t + 1) * rows);
    multiply(before, rows, cell.gates, step.sums, step.sums_ld, nullptr);
    kernels_.predict_gates(step);
    multiply(step.kept, rows, cell.candidate, step.sums + 2 * h, step.sums_ld, nullptr);
    kernels_.predict_candidate(step);
  }
}

/// out [rows, …] = (bias or out) + a [rows, H] · w, rows of out `ld` floats apart.
void Reader::multiply(const char* a, size_t rows, const QuantisedMatrix& w, float* out, size_t ld,
                      const float* bias) const {
  const size_t h = shape_.h;
  kernels_.quantised_product({a, h, rows, h, w.weights(), w.scales.floats(), w.starts(), w.n, out, ld, bias});
}

/// sums [steps·rows, 3H] = bias + what comes from below, for all steps of a chunk.
void Reader::input_sums(const Piece& piece, size_t layer, size_t first, size_t steps, float* sums) const {
  const size_t h = shape_.h;
  const QuantisedCell& cell = weights_.cell(layer);
  if (layer > 0) {
    const char* below = outputs(layer - 1, (first + 1) * piece.rows);
    multiply(below, steps * piece.rows, cell.input, sums, 3 * h, cell.bias.floats());
    return;
  }
  for (size_t step = first; step < first + steps; step++)
    for (size_t row = 0; row < piece.rows; row++, sums += 3 * h)
      std::copy_n(cell.symbols.floats() + piece.symbols[row * piece.symbols_ld + step] * 3 * h, 3 * h, sums);
}

/// Probabilities after one step, for every row, `ld` floats apart.
void Reader::predict(const Piece& piece, size_t step, float* probabilities, size_t ld, size_t thread) {
  float* logits = sums_[thread].floats();
  multiply(outputs(shape_.layers - 1, (step + 1) * piece.rows), piece.rows, weights_.softmax(), logits, Shape::logits,
           weights_.softmax_bias());
  for (size_t row = 0; row < piece.rows; row++)
    kernels_.probabilities(logits + row * Shape::logits, probabilities + row * ld);
}

}  // namespace understudy
