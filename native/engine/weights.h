// Packed weights: the parameters as the products read them, padded and in the mode's element type. Refreshed once a
// step.
#pragma once

#include <vector>

#include "buffer.h"
#include "core/thread_pool.h"
#include "kernels/kernels.h"
#include "shape.h"

namespace understudy {

/// One cell's packed weights; H = units padded, G gates beside each other in their order.
struct CellWeights {
  /// Embedding of the symbols: their rows of the input weights plus the bias, fp32 panels [G·H / 16][98][16]. First
  /// layer only.
  Buffer embedding;
  /// Weights from the layer below [H, G·H], and bias [G·H] (fp32). Other layers only.
  Buffer input;
  Buffer bias;
  /// Weights from h_prev to r and u [H, 2H], of a GRU; and to the candidate [H, H], a GRU's from r∘h_prev.
  Buffer gates;
  Buffer candidate;
  /// Each gate's transposes for the backward pass, [H, H]: of the weights from h_prev or r∘h_prev, and from the layer
  /// below.
  std::vector<Buffer> hidden_transposed;
  std::vector<Buffer> input_transposed;
};

class Weights {
 public:
  /// `backward`: also pack the transposes.
  Weights(const Kernels& kernels, const Shape& shape, bool backward);

  /// Packs the flat parameter vector.
  void pack(const float* parameters, ThreadPool& pool);

  /// Chunks of the flat vector. After the update of a chunk, `pack_chunk` packs as much of it as possible while it is
  /// still in a cache; `pack_rest` follows after all chunks.
  size_t chunks() const { return chunks_.size(); }
  Share chunk(size_t index) const { return chunks_[index].parameters; }
  void pack_chunk(size_t index, const float* parameters);
  void pack_rest(const float* parameters, ThreadPool& pool);

  /// c [rows, gates·units] = (bias or c) + a [rows, H] · some `units` of each of the `gates` gates (H columns each) of
  /// a cell's packed right operand. `bias` as long as the operand is wide.
  void product(OperandPanels a, const Buffer& packed, size_t gates, const Share& units, Fp32Panels c,
               const Segments& rows, const float* bias) const;
  /// c [rows, units] = bias + a [rows, 128] · some units of the softmax's transpose.
  void product_from_softmax(OperandPanels a, const Share& units, Fp32Panels c, const Segments& rows,
                            const float* bias) const;

  const CellWeights& cell(size_t layer) const { return cells_[layer]; }
  /// [H, 128] and its bias [128] (fp32), and the transpose [128, H].
  const Buffer& softmax() const { return softmax_; }
  const float* softmax_bias() const { return softmax_bias_.floats(); }
  const Buffer& softmax_transposed() const { return softmax_transposed_; }

 private:
  /// Some columns of some rows of a parameter matrix, and their place in a right operand.
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
  /// Whole rows of a row-major parameter matrix, and the parts packed from them.
  struct Chunk {
    Share parameters;
    size_t columns;
    std::vector<Part> parts;

    size_t rows() const { return parameters.size() / columns; }
  };
  /// A matrix [rows, columns] at `offset` that can be packed only after the update of all its rows.
  struct DeferredMatrix {
    size_t offset;
    size_t rows;
    size_t columns;
    Part part;
  };

  void add_cell(size_t layer, bool backward);
  void add_chunks(size_t offset, size_t rows, size_t columns, const std::vector<Part>& parts);
  void pack_part(const Part& part, const float* source, size_t rows, size_t columns);
  void pack_some_columns(const DeferredMatrix& matrix, size_t first, const float* parameters);
  void fill_embedding(size_t layer, size_t gate, const float* parameters);

  const Kernels& kernels_;
  const Shape& shape_;
  std::vector<CellWeights> cells_;
  Buffer softmax_;
  Buffer softmax_bias_;
  Buffer softmax_transposed_;
  std::vector<Chunk> chunks_;
  std::vector<DeferredMatrix> deferred_;
};

}  // namespace understudy
