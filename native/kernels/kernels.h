// The table of kernels of one numeric mode on one instruction set. The engine (forward.cc, backward.cc, trainer.cc …)
// is written once against this table; dispatch.cc chooses the table at run time.
//
// Names of sizes: B rows of a minibatch, T steps, H units padded to a multiple of 32. `rows` are always consecutive
// rows of panels (see layout.h).
#pragma once

#include <cstddef>
#include <cstdint>

#include "layout.h"

namespace understudy {

/// Rows of one product: `segments` runs of `rows` rows. A hoisted product over several time steps has one segment a
/// step, because a thread owns only some of each step's rows.
struct Segments {
  size_t rows;
  size_t segments;
  /// Rows from one segment's start to the next one's.
  size_t a_step;
  size_t c_step;
};

inline Segments one_segment(size_t rows) { return {rows, 1, 0, 0}; }

/// Inputs and outputs of the pointwise half of one time step: `rows` rows, and `units` columns of each gate, of the H
/// that a layer has. `gates`, `kept`, `state` and the like point at the first of these columns. What products read are
/// Operands, the rest is fp32.
struct CellForward {
  /// Pre-activations r, u, c beside each other, [rows, 3·units]; overwritten with what the candidate step still needs.
  Values sums;
  /// h, fp32, [rows, units], changed in place by the candidate step.
  Values state;
  /// r, u, c saved for the backward pass, each [rows, units], `gates_step` columns apart.
  Operand gates;
  /// r∘h, the candidate product's operand.
  Operand kept;
  /// h', the next step's and the next layer's operand.
  Operand after;
  size_t rows;
  size_t units;
  size_t gates_step;
};

struct CellBackward {
  /// Gradient by h' from the layer above, [rows, units].
  Values above;
  /// Gradient by h' from the next step; becomes the gradient by h. [rows, units]
  Values carry;
  /// Gradient by r∘h (the candidate product's transpose), [rows, units].
  Values d_kept;
  /// h, the state before the step.
  Operand before;
  /// In: r, u, c. Out: gradients by the pre-activations, in place. As in CellForward.
  Operand gates;
  size_t rows;
  size_t units;
  size_t gates_step;
};

/// dTile = aᵀ·d over all rows: a [rows, a_panels], d [rows, d_panels] → tile [a columns, d columns], fp32, row-major.
/// a and d have been made ready by `prepare_left` and `prepare_right`.
struct GradientTile {
  Operand a;
  Operand d;
  /// As `prepare_right` gave them, of d's first panel.
  const char* d_scales;
  size_t a_panels;
  size_t d_panels;
  size_t rows;
  float* tile;
  /// `gradient_scratch` bytes, 64-byte aligned.
  char* scratch;
};

/// A part of a weight matrix to be packed as (a part of) a right operand. Weight (k, n) stands in
/// source[k·k_step + n·n_step], one of the steps being 1; weights beyond the valid ones are zero. `packed` points at
/// the part's first weight in the first of n / 16 panels, `panel_stride` bytes apart.
struct PackedPart {
  const float* source;
  size_t k_step;
  size_t n_step;
  size_t k_valid;
  size_t n_valid;
  size_t k;
  size_t n;
  char* packed;
  size_t panel_stride;
};

/// How prediction stores activations, which are within ±1, beside weights of one byte.
struct Activations {
  size_t bytes;
  /// What 1 is stored as, at most; and what is added to it.
  float most_steps;
  int32_t added;

  /// How many weights along k lie beside each other, so that they make four bytes with as many activations.
  size_t unit() const { return 4 / bytes; }
};

/// Prediction's product: out [rows, n] = (bias or out) + a·W, where W is weights × scales [n]. Everything row-major but
/// the weights: panels [n / 16] of units along k, [k / unit][16][unit].
struct QuantisedProduct {
  /// Stored activations, `a_ld` apart from row to row.
  const char* a;
  size_t a_ld;
  size_t rows;
  size_t k;
  const int8_t* weights;
  /// Value of one unit of the integer sum, per column; the activations' scale is in it.
  const float* scales;
  /// Where a column's sums start, to make up for what is added to activations.
  const int32_t* starts;
  size_t n;
  float* out;
  size_t out_ld;
  /// null: add to what stands in out.
  const float* bias;
};

/// Prediction's pointwise half of a step, for `rows` streams, row-major. Quantised values are value × `steps`.
struct PredictStep {
  /// r, u, c beside each other, [rows, 3H].
  float* sums;
  size_t sums_ld;
  /// h [rows, H], changed in place by the candidate step.
  float* state;
  /// r∘h and h', quantised, [rows, H].
  char* kept;
  char* after;
  size_t rows;
  size_t units;
  float steps;
};

struct AdamStep {
  float* parameters;
  float* first;
  float* second;
  const float* gradients;
  size_t count;
  /// Learning rate with both bias corrections folded in.
  float rate;
  /// Factor that clips the gradients; 1 for none.
  float scale;
  /// Factor of the parameters, before the step; 1 for no decay.
  float kept;
};

/// The matrix products of one kind of layer.
struct Products {
  /// Bytes of one panel [k, 16] of packed weights, the right operand.
  size_t (*panel_bytes)(size_t k);
  /// Only parts as deep as the operand can be packed, because a column has one scale.
  bool packs_whole_columns;
  void (*pack)(const PackedPart&);
  /// c [rows, n] = (bias or c) + a [rows, k] · b. `bias` [n] or null to add to what stands in c.
  void (*multiply)(Operand a, size_t k, const char* b, Values c, size_t n, Segments segments, const float* bias);

  /// Operand panels of one weight-gradient task, [rows of the gradient] and [columns of the gradient].
  size_t gradient_a_panels;
  size_t gradient_d_panels;
  /// Bytes of scratch a gradient task needs for packing.
  size_t gradient_scratch;
  /// Bytes of what is kept beside one panel of d; null for nothing.
  size_t (*scale_bytes)(size_t rows);
  /// Make panels of states and of gradients ready for `gradient`, in place; null where they are so. `scales`:
  /// `scale_bytes` a panel.
  void (*prepare_left)(Operand, size_t panels, size_t rows);
  void (*prepare_right)(Operand, size_t panels, size_t rows, char* scales);
  void (*gradient)(const GradientTile&);
};

struct Kernels {
  /// For people: "AVX2".
  const char* instructions;
  /// "fp32" or "bf16", the element type of operands; or "int8" where the cells' products make bytes of bf16 operands.
  const char* numeric;
  /// Slower than fp32, for tests and for measuring what a mode does to quality.
  bool emulated;
  /// Columns of one operand panel: 16 or 32.
  size_t operand_columns;
  /// Rows of a step must be a multiple of this for weight gradients.
  size_t row_multiple;
  /// Rows of the minibatch for which it pays that a thread reads all weights; with fewer, threads share rows and divide
  /// the weights (engine/teams.h).
  size_t rows_alone;

  Products cells;
  Products softmax_layer;

  void (*gates_forward)(const CellForward&);
  void (*candidate_forward)(const CellForward&);
  /// Through h' = u∘h + (1 − u)∘c: writes du and dc, carry = dh'∘u.
  void (*candidate_backward)(const CellBackward&);
  /// Through r∘h: writes dr, adds to carry.
  void (*reset_backward)(const CellBackward&);

  /// Softmax and cross-entropy of logits [rows, 128]. Per row: nats, and whether the most probable symbol (the first
  /// of equals) is the target. `d_logits`: (p − one-hot) × scale; data null for none.
  void (*softmax)(Values logits, const uint8_t* targets, size_t rows, float scale, Operand d_logits, float* nats,
                  uint8_t* correct);

  /// One row of logits [128] → probabilities [98].
  void (*probabilities)(const float* logits, float* out);

  /// Copies [rows, columns] of a tile, `ld` apart, to its place in the gradient vector, `to_ld` apart; gives the sum of
  /// squares.
  double (*store_tile)(const float* tile, size_t ld, size_t rows, size_t columns, float* to, size_t to_ld);
  /// out [table_rows, 16·panels of d]: sums of d's rows by symbol (a one-hot left operand), fp32 row-major `ld`.
  void (*scatter)(Operand d, size_t d_panels, const uint8_t* symbols, size_t rows, float* out, size_t ld);
  /// out [columns of d] = column sums over the rows.
  void (*column_sums)(Operand d, size_t d_panels, size_t rows, float* out);

  /// Copies fp32 panels [rows, columns] to operand panels.
  void (*to_operand)(Values source, size_t rows, size_t columns, Operand out);

  void (*adam)(const AdamStep&);

  Activations activations;
  void (*quantised_product)(const QuantisedProduct&);
  void (*predict_gates)(const PredictStep&);
  void (*predict_candidate)(const PredictStep&);
  /// out = values × steps, rounded, the values clamped to ±1; `count` is a multiple of 32.
  void (*quantise)(const float* values, size_t count, float steps, char* out);
};

}  // namespace understudy
