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
  /// Transposes for the backward pass: [3H, H], [2H, H], [H, H].
  Buffer input_back;
  Buffer gates_back;
  Buffer candidate_back;
};

class Weights {
 public:
  /// `backward`: also pack the transposes.
  Weights(const Kernels& kernels, const Shape& shape, bool backward);

  /// Packs the flat parameter vector.
  void pack(const float* parameters, Threads& threads);

  /// The flat vector falls into runs, each of which can be packed as soon as it has changed, while it is still in a
  /// cache; `fill_tables` comes after all of them.
  size_t runs() const { return runs_.size(); }
  Share run(size_t index) const { return runs_[index].parameters; }
  void pack_run(size_t index, const float* parameters);
  void fill_tables(const float* parameters, Threads& threads);

  /// c [rows, gates·units] = (bias or c) + a [rows, k] · some `units` of each of the `gates` gates (H columns each) of a
  /// packed right operand. `bias` as long as the operand is wide.
  void product(Operand a, size_t k, const Buffer& packed, size_t gates, const Share& units, Values c,
               const Segments& rows, const float* bias) const;

  const CellWeights& cell(size_t layer) const { return cells_[layer]; }
  /// [H, 128] and its bias [128] (fp32), and the transpose [128, H].
  const Buffer& softmax() const { return softmax_; }
  const float* softmax_bias() const { return softmax_bias_.floats(); }
  const Buffer& softmax_back() const { return softmax_back_; }

 private:
  /// Some columns of a run's rows, as the right operand or as part of one.
  struct Part {
    size_t first_column;
    size_t columns;
    bool transposed;
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

  void add_cell(size_t layer, bool backward);
  void add_runs(size_t offset, size_t rows, size_t columns, const std::vector<Part>& parts);
  void pack_part(const Run& run, const Part& part, const float* parameters);
  void fill_table(size_t layer, size_t gate, const float* parameters);

  const Kernels& kernels_;
  const Shape& shape_;
  std::vector<CellWeights> cells_;
  Buffer softmax_;
  Buffer softmax_bias_;
  Buffer softmax_back_;
  std::vector<Run> runs_;
};

}  // namespace understudy
