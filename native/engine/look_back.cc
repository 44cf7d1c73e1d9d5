#include "look_back.h"

#include <algorithm>
#include <cmath>

#include "dispatch.h"
#include "kernels/isa.h"
#include "pipeline.h"

namespace understudy {

namespace {

/// Steps whose products with other layers are done as one.
constexpr size_t kChunk = 64;
/// Share of the largest norm below which a chunk ends the way back.
constexpr float kNegligible = 1e-9f;

/// Largest power of two with which no integer sum over `depth` weights can overflow, at most qmax.
float gradient_inverse_scale(const ActivationFormat& gradients, size_t depth) {
  const double bound = 2147483647.0 / (gradients.weight_qmax * static_cast<double>(depth));
  return std::min(gradients.qmax, static_cast<float>(std::exp2(std::floor(std::log2(bound)))));
}

/// Place of weight (k, n) in panels [n / 16][k / unit][16][unit].
size_t packed_at(size_t k, size_t n, size_t depth, size_t unit) {
  return n / kPanelFloats * depth * kPanelFloats + k / unit * unit * kPanelFloats + n % kPanelFloats * unit + k % unit;
}

float weight_at(const QuantisedMatrix& matrix, size_t k, size_t n) {
  return matrix.weights()[packed_at(k, n, matrix.k, matrix.activations.k_unit())];
}

/// Fastest fp32 table: the given one where it is fp32.
const Kernels& fp32_kernels_for(const Kernels& kernels) {
  const auto is_fp32 = [](const Kernels& k) { return std::string(k.numeric) == "fp32"; };
  if (is_fp32(kernels)) return kernels;
  for (const Kernels* other : available_kernels())
    if (is_fp32(*other)) return *other;
  return plain_kernels();
}

/// One row as panels of one row each, which lie one after the other as the row itself does.
Fp32Panels row_panels(float* row) { return {row, kPanelFloats}; }
OperandPanels row_operand(float* row) { return {reinterpret_cast<char*>(row), kPanelBytes}; }

float absolute_maximum(const float* values, size_t count) {
  // Eight maxima side by side, which compilers turn into vectors; `count` is a multiple of 32.
  float largest[8] = {};
  for (size_t i = 0; i < count; i += 8)
    for (size_t lane = 0; lane < 8; lane++) {
      const float value = std::fabs(values[i + lane]);
      largest[lane] = largest[lane] < value ? value : largest[lane];
    }
  return *std::max_element(largest, largest + 8);
}

}  // namespace

TransposedMatrix::TransposedMatrix(const ActivationFormat& gradients, const QuantisedMatrix& matrix,
                                   float inverse_scale)
    : depth(matrix.n),
      width(matrix.k),
      inverse_scale(gradient_inverse_scale(gradients, std::max<size_t>(1, matrix.n))),
      weights(matrix.n * matrix.k),
      scales(float_buffer(matrix.n)) {
  const size_t from_unit = matrix.activations.k_unit();
  const size_t to_unit = gradients.k_unit();
  int8_t* to = reinterpret_cast<int8_t*>(weights.bytes());
  for (size_t n = 0; n < matrix.n; n++)
    for (size_t k = 0; k < matrix.k; k++)
      to[packed_at(n, k, depth, to_unit)] = matrix.weights()[packed_at(k, n, matrix.k, from_unit)];
  // The stored scales include the activations'.
  for (size_t n = 0; n < depth; n++) scales.floats()[n] = matrix.scales.floats()[n] * inverse_scale;
}

LookBack::LookBack(const Kernels& kernels, const Shape& shape, const QuantisedWeights& weights, const float* parameters)
    : kernels_(kernels), fp32_(fp32_kernels_for(kernels)), shape_(shape), weights_(weights) {
  const CellShape& cell = shape.cells.front();
  const size_t depth = shape.gates * shape.h;
  const size_t panel_bytes = fp32_.cells.panel_bytes(depth);
  embedding_transposed_ = Buffer(Shape::logits / kPanelFloats * panel_bytes);
  for (size_t gate = 0; gate < shape.gates; gate++) {
    PackedPart part{};
    part.source = parameters + cell.kernel(gate);
    part.k_stride = 1;
    part.n_stride = cell.kernel_ld(gate);
    part.k_valid = shape.units;
    part.n_valid = kAlphabetSize;
    part.k = shape.h;
    part.n = Shape::logits;
    part.packed = embedding_transposed_.bytes() + fp32_.cells.panel_bytes(gate * shape.h);
    part.panel_stride = panel_bytes;
    fp32_.cells.pack(part);
  }
}

bool LookBack::norms(const uint8_t* symbols, size_t steps, const float* states, const float* probabilities,
                     uint8_t target, ThreadPool& pool, float* norms, const std::function<bool()>& is_cancelled) {
  const Text text{symbols, steps, states, norms};
  std::fill_n(norms, steps, 0.0f);
  reserve(steps, pool);
  start(text, probabilities, target);
  const size_t chunks = (steps + kChunk - 1) / kChunk;
  Pipeline pipeline(shape_.layers, chunks);
  std::atomic<bool> cancelled{false};
  pool.run_on_all([&](size_t) {
    // Counted from the highest layer and from the end of the text.
    pipeline.work([&](size_t from_top, size_t from_end) {
      const size_t first = (chunks - 1 - from_end) * kChunk;
      if (is_cancelled()) cancelled = true;
      if (!stopped_ && !cancelled)
        run_chunk(text, shape_.layers - 1 - from_top, {first, std::min(kChunk, steps - first)});
    });
  });
  return !cancelled;
}

void LookBack::reserve(size_t steps, ThreadPool& pool) {
  const size_t h = shape_.h;
  if (cells_.empty()) {
    const ActivationFormat& gradients = fp32_.activations;
    const float inverse_scale = weights_.inverse_scale();
    for (size_t layer = 0; layer < shape_.layers; layer++) {
      const QuantisedCell& cell = weights_.cell(layer);
      cells_.push_back({TransposedMatrix(gradients, cell.input, inverse_scale),
                        TransposedMatrix(gradients, cell.gates, inverse_scale),
                        TransposedMatrix(gradients, cell.candidate, inverse_scale)});
    }
    for (size_t layer = 0; layer < shape_.layers; layer++) {
      LayerWork work;
      work.h_prev = float_buffer(kChunk * h);
      work.rh = float_buffer(h);
      work.stored = Buffer(kChunk * stored_row());
      work.pre_activations = float_buffer(kChunk * width());
      work.gates = float_buffer(kChunk * width());
      work.dh_next = float_buffer(h);
      work.d_rh = float_buffer(h);
      work.scaled = float_buffer(width());
      work.quantised = Buffer(kChunk * width() * gradients.bytes);
      work.column_scales = float_buffer(h);
      work_.push_back(std::move(work));
    }
    // Also the compensation of gradients, which have no zero point.
    zeros_ = zeroed_floats(std::max(width(), Shape::logits));
    ones_ = float_buffer(width());
    std::fill_n(ones_.floats(), width(), 1.0f);
    panels_ = float_buffer(kChunk * width());
    by_input_ = float_buffer(kChunk * Shape::logits);
  }
  for (LayerWork& work : work_)
    if (work.dh_above.size() < steps * h * sizeof(float)) work.dh_above = float_buffer(steps * h);
}

/// Gradient by the highest layer's last state, from the softmax; there is none by its other outputs.
void LookBack::start(const Text& text, const float* probabilities, uint8_t target) {
  const size_t h = shape_.h;
  for (LayerWork& work : work_) std::fill_n(work.dh_next.floats(), h, 0.0f);
  largest_ = 0;
  stopped_ = false;
  float* dh = work_.back().dh_above.floats();
  std::fill_n(dh, text.steps * h, 0.0f);
  dh += (text.steps - 1) * h;
  const QuantisedMatrix& softmax = weights_.softmax();
  // 1 − p(target), exact also where that is nearly 1.
  float others = 0;
  for (size_t symbol = 0; symbol < kAlphabetSize; symbol++)
    if (symbol != target) others += probabilities[symbol];
  for (size_t symbol = 0; symbol < kAlphabetSize; symbol++) {
    const float d_logit = symbol == target ? others : -probabilities[symbol];
    const float scaled = d_logit * softmax.scales.floats()[symbol] * weights_.inverse_scale();
    for (size_t unit = 0; unit < shape_.units; unit++) dh[unit] += scaled * weight_at(softmax, unit, symbol);
  }
}

void LookBack::run_chunk(const Text& text, size_t layer, const Chunk& chunk) {
  if (shape_.cell == Cell::gru) {
    recompute_gates(text, layer, chunk);
    go_back_gru(layer, chunk);
  } else {
    go_back_rnn(text, layer, chunk);
  }
  if (layer > 0) pass_below(layer, chunk);
  else write_norms(text, chunk);
}

/// The state before `step` of the text, fp32 and in the activations' format, both padded.
void LookBack::store_state(const Text& text, size_t layer, size_t step, float* fp32, char* stored) const {
  const size_t units = shape_.units;
  if (step == 0) std::fill_n(fp32, shape_.h, 0.0f);
  else {
    std::copy_n(text.states + ((step - 1) * shape_.layers + layer) * units, units, fp32);
    std::fill_n(fp32 + units, shape_.h - units, 0.0f);
  }
  kernels_.quantise(fp32, shape_.h, weights_.inverse_scale(), stored);
}

/// out [rows, …, 3H apart] = (bias or out) + a [rows, H] · w, as the reader multiplies.
void LookBack::forward_product(const char* a, size_t rows, const QuantisedMatrix& w, float* out,
                               const float* bias) const {
  const size_t h = shape_.h;
  kernels_.quantised_product(
      {a, h, rows, h, w.weights(), w.scales.floats(), w.compensation(), w.n, out, width(), bias});
}

/// r, u and c of every step, and h_prev.
void LookBack::recompute_gates(const Text& text, size_t layer, const Chunk& chunk) {
  const size_t h = shape_.h;
  const QuantisedCell& cell = weights_.cell(layer);
  LayerWork& work = work_[layer];
  float* pre_activations = work.pre_activations.floats();
  float* h_prev = work.h_prev.floats();
  char* stored = work.stored.bytes();
  for (size_t t = 0; t < chunk.steps; t++) {
    if (layer == 0)
      std::copy_n(cell.embedding.floats() + text.symbols[chunk.first + t] * width(), width(),
                  pre_activations + t * width());
    else store_state(text, layer - 1, chunk.first + t + 1, work.rh.floats(), stored + t * stored_row());
  }
  if (layer > 0) forward_product(stored, chunk.steps, cell.input, pre_activations, cell.bias.floats());

  for (size_t t = 0; t < chunk.steps; t++)
    store_state(text, layer, chunk.first + t, h_prev + t * h, stored + t * stored_row());
  forward_product(stored, chunk.steps, cell.gates, pre_activations, nullptr);

  float* scratch = work.scaled.floats();
  const auto step_at = [&](size_t t) {
    CellForward step{};
    step.pre_activations = row_panels(pre_activations + t * width());
    step.h = row_panels(h_prev + t * h);
    step.gates = row_operand(work.gates.floats() + t * width());
    step.rh = row_operand(work.rh.floats());
    // The state after the step is known.
    step.h_next = row_operand(scratch);
    step.rows = 1;
    step.units = h;
    step.gate_stride = h;
    return step;
  };
  for (size_t t = 0; t < chunk.steps; t++) {
    fp32_.gates_forward(step_at(t));
    kernels_.quantise(work.rh.floats(), h, weights_.inverse_scale(), stored + t * stored_row());
  }
  forward_product(stored, chunk.steps, cell.candidate, pre_activations + shape_.candidate() * h, nullptr);
  for (size_t t = 0; t < chunk.steps; t++) {
    CellForward step = step_at(t);
    std::copy_n(h_prev + t * h, h, scratch + h);
    step.h = row_panels(scratch + h);
    fp32_.candidate_forward(step);
  }
}

/// Back through the steps of a chunk: gates become the gradients by the pre-activations.
void LookBack::go_back_gru(size_t layer, const Chunk& chunk) {
  const size_t h = shape_.h;
  const CellTransposes& weights = cells_[layer];
  LayerWork& work = work_[layer];
  for (size_t t = chunk.steps; t-- > 0;) {
    float* gates = work.gates.floats() + t * width();
    CellBackward step{};
    step.dh_above = row_panels(work.dh_above.floats() + (chunk.first + t) * h);
    step.dh_next = row_panels(work.dh_next.floats());
    step.d_rh = row_panels(work.d_rh.floats());
    step.h_prev = row_operand(work.h_prev.floats() + t * h);
    step.gates = row_operand(gates);
    step.rows = 1;
    step.units = h;
    step.gate_stride = h;
    fp32_.candidate_backward(step);
    std::fill_n(work.d_rh.floats(), h, 0.0f);
    add_product(work, gates + shape_.candidate() * h, weights.candidate, work.d_rh.floats());
    fp32_.reset_backward(step);
    add_product(work, gates, weights.gates, work.dh_next.floats());
  }
}

/// As `go_back_gru`, of an RNN, whose states say all that its gradient needs.
void LookBack::go_back_rnn(const Text& text, size_t layer, const Chunk& chunk) {
  const size_t h = shape_.h;
  LayerWork& work = work_[layer];
  float* dh_next = work.dh_next.floats();
  for (size_t t = chunk.steps; t-- > 0;) {
    float* d = work.gates.floats() + t * h;
    store_state(text, layer, chunk.first + t + 1, work.rh.floats(), work.stored.bytes());
    CellBackward step{};
    step.dh_above = row_panels(work.dh_above.floats() + (chunk.first + t) * h);
    step.dh_next = row_panels(dh_next);
    step.h_next = row_operand(work.rh.floats());
    step.gates = row_operand(d);
    step.rows = 1;
    step.units = h;
    fp32_.rnn_backward(step);
    std::fill_n(dh_next, h, 0.0f);
    add_product(work, d, cells_[layer].candidate, dh_next);
  }
}

/// Gradient `d` times the scales of the weights, over its largest magnitude, in 16 bits at `out`. Gives the factor that
/// takes a product with it back: 0 for a gradient of zeros.
float LookBack::quantise_gradient(LayerWork& work, const float* d, const TransposedMatrix& w, char* out) const {
  float* scaled = work.scaled.floats();
  const float* scales = w.scales.floats();
  for (size_t i = 0; i < w.depth; i++) scaled[i] = d[i] * scales[i];
  const float largest = absolute_maximum(scaled, w.depth);
  if (largest == 0) return 0;
  const float inverse = 1 / largest;
  for (size_t i = 0; i < w.depth; i++) scaled[i] *= inverse;
  fp32_.quantise(scaled, w.depth, w.inverse_scale, out);
  return largest / w.inverse_scale;
}

/// out [width] += d [depth] · w
void LookBack::add_product(LayerWork& work, const float* d, const TransposedMatrix& w, float* out) const {
  const float factor = quantise_gradient(work, d, w, work.quantised.bytes());
  if (factor == 0) return;
  std::fill_n(work.column_scales.floats(), w.width, factor);
  fp32_.quantised_product({work.quantised.bytes(), w.depth, 1, w.depth,
                           reinterpret_cast<const int8_t*>(w.weights.bytes()), work.column_scales.floats(),
                           reinterpret_cast<const int32_t*>(zeros_.bytes()), w.width, out, w.width, nullptr});
}

/// Gradient by the outputs of the layer below, for all steps of the chunk.
void LookBack::pass_below(size_t layer, const Chunk& chunk) {
  const size_t h = shape_.h;
  LayerWork& work = work_[layer];
  const TransposedMatrix& w = cells_[layer].input;
  const size_t row_bytes = w.depth * fp32_.activations.bytes;
  float factors[kChunk];
  for (size_t t = 0; t < chunk.steps; t++) {
    char* quantised = work.quantised.bytes() + t * row_bytes;
    factors[t] = quantise_gradient(work, work.gates.floats() + t * width(), w, quantised);
    if (factors[t] == 0) std::memset(quantised, 0, row_bytes);
  }
  float* below = work_[layer - 1].dh_above.floats() + chunk.first * h;
  fp32_.quantised_product({work.quantised.bytes(), w.depth, chunk.steps, w.depth,
                           reinterpret_cast<const int8_t*>(w.weights.bytes()), ones_.floats(),
                           reinterpret_cast<const int32_t*>(zeros_.bytes()), h, below, h, zeros_.floats()});
  for (size_t t = 0; t < chunk.steps; t++)
    for (size_t unit = 0; unit < h; unit++) below[t * h + unit] *= factors[t];
}

/// Norms of the gradients by the inputs of the chunk, of the first layer.
void LookBack::write_norms(const Text& text, const Chunk& chunk) {
  const size_t depth = shape_.gates * shape_.h;
  const float* gates = work_.front().gates.floats();
  const size_t stride = chunk.steps * kPanelFloats;
  const Fp32Panels panels{panels_.floats(), stride};
  for (size_t t = 0; t < chunk.steps; t++)
    for (size_t panel = 0; panel < depth / kPanelFloats; panel++)
      std::memcpy(panels.panel(panel) + t * kPanelFloats, gates + t * depth + panel * kPanelFloats, kPanelBytes);
  const Fp32Panels by_input{by_input_.floats(), stride};
  fp32_.cells.multiply({panels_.bytes(), stride * sizeof(float)}, depth, embedding_transposed_.bytes(), by_input,
                       Shape::logits, one_segment(chunk.steps), zeros_.floats());

  float largest = 0;
  for (size_t t = 0; t < chunk.steps; t++) {
    double sum = 0;
    for (size_t symbol = 0; symbol < kAlphabetSize; symbol++) {
      const double d = by_input.panel(symbol / kPanelFloats)[t * kPanelFloats + symbol % kPanelFloats];
      sum += d * d;
    }
    const auto norm = static_cast<float>(std::sqrt(sum));
    text.norms[chunk.first + t] = norm;
    largest = std::max(largest, norm);
  }
  largest_ = std::max(largest_, largest);
  if (largest < kNegligible * largest_) stopped_ = true;
}

}  // namespace understudy
