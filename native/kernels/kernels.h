// The table of kernels of one numeric mode on one instruction set. The engine (forward.cc, backward.cc, trainer.cc …)
// is written once against this table; dispatch.cc chooses the table at run time.
//
// Sizes: B rows of a minibatch, T time steps, H units padded to a multiple of 32. Names of a cell's values follow
// TensorFlow's GRUBlockCell: h_prev and h_next (states before and after a step), r, u, c (gates), rh (r∘h_prev), and a
// leading d for the gradient by a value. Names of quantisation follow oneDNN: scale, zero point, compensation.
#pragma once

#include <cstddef>
#include <cstdint>

#include "panels.h"

namespace understudy {

/// Rows of one product: `segments` runs of `rows` rows. A hoisted product over several time steps has one segment per
/// step, because a thread owns only some of each step's rows.
struct Segments {
  size_t rows;
  size_t segments;
  /// Distance between two segments' first rows, in rows of a and of c.
  size_t a_stride;
  size_t c_stride;
};

UNDERSTUDY_ALWAYS_INLINE Segments one_segment(size_t rows) { return {rows, 1, 0, 0}; }

/// Arguments of the pointwise half of one time step: `rows` rows, and `units` columns of each gate, of the H that a
/// layer has. Every pointer is at the first of these columns. An RNN has neither gates nor rh.
struct CellForward {
  /// Pre-activations of r, u, c beside each other, [rows, 3·units]; u's become u, for the candidate kernel. An RNN's:
  /// [rows, units].
  Fp32Panels pre_activations;
  /// State [rows, units], h_prev before the candidate kernel and h_next after it.
  Fp32Panels h;
  /// r, u, c saved for the backward pass, each [rows, units], `gate_stride` columns apart.
  OperandPanels gates;
  /// r∘h_prev, the candidate product's operand.
  OperandPanels rh;
  /// State after the step, the operand of the next step's and the next layer's products.
  OperandPanels h_next;
  size_t rows;
  size_t units;
  size_t gate_stride;
};

/// Arguments of the backward pass through one time step; columns as in CellForward. An RNN has no d_rh.
struct CellBackward {
  /// Gradient by h_next from the layer above, [rows, units].
  Fp32Panels dh_above;
  /// Gradient by h_next from the following step; the kernels turn it into the gradient by h_prev. [rows, units]
  Fp32Panels dh_next;
  /// Gradient by rh (the product with the candidate's transpose), [rows, units].
  Fp32Panels d_rh;
  /// States before the step, of a GRU, and after it, of an RNN.
  OperandPanels h_prev;
  OperandPanels h_next;
  /// r, u, c; the kernels replace them by the gradients by the pre-activations. An RNN's kernel only writes that one.
  OperandPanels gates;
  size_t rows;
  size_t units;
  size_t gate_stride;
};

/// Weight gradient of one tile: tile [a columns, d columns] = aᵀ·d over all rows, fp32, row-major. a [rows, a_panels]
/// and d [rows, d_panels] have gone through `prepare_left` and `prepare_right`.
struct GradientTile {
  OperandPanels a;
  OperandPanels d;
  /// Scales and compensations that `prepare_right` made, of d's first panel.
  const char* d_scales;
  size_t a_panels;
  size_t d_panels;
  size_t rows;
  float* tile;
  /// `gradient_scratch` bytes, 64-byte aligned.
  char* scratch;
};

/// A part of a weight matrix to be packed as (a part of) a right operand. Weight (k, n) stands in
/// source[k·k_stride + n·n_stride], one of the strides being 1; weights beyond the valid ones are zero. `packed` points
/// at the part's first weight in the first of n / 16 panels, `panel_stride` bytes apart.
struct PackedPart {
  const float* source;
  size_t k_stride;
  size_t n_stride;
  size_t k_valid;
  size_t n_valid;
  size_t k;
  size_t n;
  char* packed;
  size_t panel_stride;
};

/// Storage format of activations in inference, next to weights in bytes. An activation x, |x| ≤ 1, is stored as
/// round(x · inverse_scale) + zero_point.
struct ActivationFormat {
  size_t bytes;
  /// Largest inverse scale, and so the largest stored magnitude.
  float qmax;
  int32_t zero_point;
  /// Largest magnitude of a stored weight.
  float weight_qmax;

  /// Activations that make four bytes; as many weights along K lie beside each other.
  UNDERSTUDY_ALWAYS_INLINE size_t k_unit() const { return 4 / bytes; }
};

/// Product of inference: out [rows, n] = (bias or out) + a·W, where W is weights × scales [n]. Everything is row-major
/// but the weights: panels [n / 16] of units along K, [k / k_unit][16][k_unit].
struct QuantisedProduct {
  /// Stored activations, rows `a_ld` apart.
  const char* a;
  size_t a_ld;
  size_t rows;
  size_t k;
  const int8_t* weights;
  /// Scales of the integer sums, one per column; the activations' scale is included.
  const float* scales;
  /// Initial values of the integer sums, one per column: minus the zero point's share of each.
  const int32_t* compensation;
  size_t n;
  float* out;
  size_t out_ld;
  /// Bias [n], or null to add to the values in `out`.
  const float* bias;
};

/// Pointwise half of a step in inference, for `rows` streams, row-major.
struct InferenceStep {
  /// Pre-activations of r, u, c beside each other, [rows, 3H]; an RNN's [rows, H].
  float* pre_activations;
  size_t pre_activations_ld;
  /// State [rows, H], changed in place by the candidate kernel.
  float* h;
  /// r∘h_prev and h_next in the activations' format, [rows, H].
  char* rh;
  char* h_next;
  size_t rows;
  size_t units;
  float inverse_scale;
};

/// Adam's decay rates and ε, as in src/engine/adam-constants.ts.
constexpr double kBeta1 = 0.9, kBeta2 = 0.999, kEpsilon = 1e-8;

struct AdamStep {
  float* parameters;
  float* first_moment;
  float* second_moment;
  const float* gradients;
  size_t count;
  /// Learning rate with both bias corrections folded in.
  float step_size;
  /// Factor of the gradients that clips them; 1 for no clipping.
  float gradient_scale;
  /// Factor of the parameters before the step (AdamW); 1 for no decay.
  float decay_factor;
};

/// Matrix products of one kind of layer.
struct Products {
  /// Bytes of one panel [k, 16] of packed weights, the right operand.
  size_t (*panel_bytes)(size_t k);
  /// Whether a part must be as deep as its operand, because a column has one scale.
  bool packs_whole_columns;
  void (*pack)(const PackedPart&);
  /// c [rows, n] = (bias or c) + a [rows, k] · b. `bias` [n], or null to add to the values in c.
  void (*multiply)(OperandPanels a, size_t k, const char* b, Fp32Panels c, size_t n, Segments segments,
                   const float* bias);

  /// Operand panels of one weight-gradient tile, along its rows and along its columns.
  size_t gradient_a_panels;
  size_t gradient_d_panels;
  /// Bytes of scratch for packing the operands of one tile.
  size_t gradient_scratch;
  /// Bytes of scales and compensations of one panel of d; null for none.
  size_t (*scale_bytes)(size_t rows);
  /// Reorder panels of states and of gradients in place, as `gradient` reads them; null where that is no change.
  /// `scales`: `scale_bytes` per panel.
  void (*prepare_left)(OperandPanels, size_t panels, size_t rows);
  void (*prepare_right)(OperandPanels, size_t panels, size_t rows, char* scales);
  void (*gradient)(const GradientTile&);
};

struct Kernels {
  /// Instruction set in words for people: "AVX2".
  const char* instructions;
  /// Element type of operands, "fp32" or "bf16"; or "int8" where the cells' products quantise bf16 operands.
  const char* numeric;
  /// Bits of a weight in the cells' products; 0 where they are not quantised.
  int weight_bits;
  /// Whether the mode is slower than fp32: for tests, and to measure a numeric mode's effect on quality.
  bool emulated;
  /// Columns of one operand panel: 16 or 32.
  size_t operand_columns;
  /// Multiple that the rows of a step must have for weight gradients.
  size_t row_multiple;
  /// Fewest rows of the minibatch per thread for which each thread reads all weights; with fewer, threads share rows
  /// and divide the weights (engine/thread_groups.h).
  size_t min_rows_per_thread;

  Products cells;
  Products softmax_layer;

  void (*gates_forward)(const CellForward&);
  void (*candidate_forward)(const CellForward&);
  /// Backward through h_next = u∘h_prev + (1 − u)∘c: writes du and dc, and dh_next becomes dh_next∘u.
  void (*candidate_backward)(const CellBackward&);
  /// Backward through r∘h_prev: writes dr, and adds to dh_next.
  void (*reset_backward)(const CellBackward&);
  /// An RNN's whole pointwise half, h_next = tanh(pre-activation), and backward through it; dh_next is only read.
  void (*rnn_forward)(const CellForward&);
  void (*rnn_backward)(const CellBackward&);

  /// Softmax and cross-entropy of logits [rows, 128]. Per row: nats, and whether the most probable symbol (the first
  /// of equals) is the target. `d_logits`: (p − one-hot) × scale; data null for none.
  void (*softmax)(Fp32Panels logits, const uint8_t* targets, size_t rows, float scale, OperandPanels d_logits,
                  float* nats, uint8_t* correct);

  /// One row of logits [128] → probabilities [98].
  void (*probabilities)(const float* logits, float* out);

  /// Copies [rows, columns] of a tile, `ld` apart, to its place in the gradient vector, `to_ld` apart; returns the sum
  /// of squares.
  double (*store_tile)(const float* tile, size_t ld, size_t rows, size_t columns, float* to, size_t to_ld);
  /// out [98, 16·panels of d]: sums of d's rows by symbol (a one-hot left operand), fp32, row-major, `ld`.
  void (*scatter)(OperandPanels d, size_t d_panels, const uint8_t* symbols, size_t rows, float* out, size_t ld);
  /// out [columns of d] = column sums over the rows.
  void (*column_sums)(OperandPanels d, size_t d_panels, size_t rows, float* out);

  /// Converts fp32 panels [rows, columns] to operand panels.
  void (*to_operand)(Fp32Panels source, size_t rows, size_t columns, OperandPanels out);

  void (*adam)(const AdamStep&);

  ActivationFormat activations;
  void (*quantised_product)(const QuantisedProduct&);
  void (*inference_gates)(const InferenceStep&);
  void (*inference_candidate)(const InferenceStep&);
  void (*inference_rnn)(const InferenceStep&);
  /// Stores values in the activations' format, clamped to ±1; `count` is a multiple of 32.
  void (*quantise)(const float* values, size_t count, float inverse_scale, char* out);
};

}  // namespace understudy
