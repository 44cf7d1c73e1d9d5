// The parameters as the products read them: packed, padded, in the mode's element type. Refreshed once a step.
#pragma once

#include <vector>

#include "../kernels/kernels.h"
#include "buffer.h"
#include "shape.h"
#include "threads.h"

namespace understudy {

/// One cell's weights; H = units padded. Gates stand beside each other in the order r, u, c.
struct CellWeights {
  /// What a symbol adds to the sums, bias included: fp32 panels [3H / 16][98][16]. First layer only.
  Buffer symbols;
  /// From the layer below: [H, 3H], and bias [3H] (fp32). Other layers only.
  Buffer input;
  Buffer bias;
  /// From h: [H, 2H]; from r∘h: [H, H].
  Buffer gates;
  Buffer candidate;
  /// Each gate's transposes for the backward pass, [H, H]: of the weights from h or r∘h, and from the layer below.
  Buffer hidden_back[kGates];
  Buffer input_back[kGates];
};

class Weights {
 public:
  /// `backward`: also pack the transposes.
  Weights(const Kernels& kernels, const Shape& shape, bool backward);

  /// Packs the flat parameter vector.
  void pack(const float* parameters, Threads& threads);

  /// The flat vector falls into runs, of each of which what can be is packed as soon as it has changed, while it is
  /// still in a cache; `pack_rest` comes after all of them.
  size_t runs() const { return runs_.size(); }
  Share run(size_t index) const { return runs_[index].parameters; }
  void pack_run(size_t index, const float* parameters);
  void pack_rest(const float* parameters, Threads& threads);

  /// c [rows, gates·units] = (bias or c) + a [rows, H] · some `units` of each of the `gates` gates (H columns each) of
  /// a cell's packed right operand. `bias` as long as the operand is wide.
  void product(Operand a, const Buffer& packed, size_t gates, const Share& units, Values c, const Segments& rows,
               const float* bias) const;
  /// c [rows, units] = bias + a [rows, 128] · some units of the softmax's transpose.
  void product_from_softmax(Operand a, const Share& units, Values c, const Segments& rows, const float* bias) const;

  const CellWeights& cell(size_t layer) const { return cells_[layer]; }
  /// [H, 128] and its bias [128] (fp32), and the transpose [128, H].
  const Buffer& softmax() const { return softmax_; }
  const float* softmax_bias() const { return softmax_bias_.floats(); }
  const Buffer& softmax_back() const { return softmax_back_; }

 private:
  /// Some columns of some rows, as a right operand or as part of one.
  struct Part {
    size_t first_column;
    size_t columns;
    bool transposed;
    const Products* products;
    Buffer* to;
    /// Depth of the whole packed operand, and where this part starts in it.
    size_t depth;
    size_t k_start;
    size_t n_start;
  };
  /// Whole rows of a row-major parameter matrix, and what is packed from them.
  struct Run {
    Share parameters;
    size_t columns;
    std::vector<Part> parts;

    size_t rows() const { return parameters.size() / columns; }
  };
  /// What can be packed only when all of its rows have changed: [rows, columns] at `offset`.
  struct Whole {
    size_t offset;
    size_t rows;
    size_t columns;
    Part part;
  };

  void add_cell(size_t layer, bool backward);
  void add_runs(size_t offset, size_t rows, size_t columns, const std::vector<Part>& parts);
  void pack_part(const Part& part, const float* source, size_t rows, size_t columns);
  void pack_some_columns(const Whole& whole, size_t first, const float* parameters);
  void fill_table(size_t layer, size_t gate, const float* parameters);

  const Kernels& kernels_;
  const Shape& shape_;
  std::vector<CellWeights> cells_;
  Buffer softmax_;
  Buffer softmax_bias_;
  Buffer softmax_back_;
  std::vector<Run> runs_;
  std::vector<Whole> wholes_;
};

}  // namespace understudy
