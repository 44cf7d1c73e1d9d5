// Shape of the network, and the offsets of its tensors in the flat parameter vector (src/model/layout.ts).
#pragma once

#include <cstddef>
#include <vector>

#include "core/alphabet.h"
#include "kernels/panels.h"

namespace understudy {

/// Recurrent cell. Its gates are numbered: r, u and c of a GRU, and one of a plain RNN, tanh([x, h]·W + b). The last is
/// the candidate.
enum class Cell { gru, rnn };

constexpr size_t gates_of(Cell cell) { return cell == Cell::gru ? 3 : 1; }

/// One cell's tensors, offsets in floats. Kernels are row-major, input rows first, then `units` hidden rows.
struct CellShape {
  size_t inputs;
  size_t units;
  /// The candidate's number, and how many gates are before it.
  size_t candidate;
  /// [inputs + units, candidate·units], columns r, then u; nothing of an RNN
  size_t gates_kernel;
  /// [candidate·units]
  size_t gates_bias;
  /// [inputs + units, units]
  size_t candidate_kernel;
  /// [units]
  size_t candidate_bias;

  /// A gate's columns of its kernel: their offset and the distance between rows; and the offset of its bias.
  size_t kernel(size_t gate) const { return gate == candidate ? candidate_kernel : gates_kernel + gate * units; }
  size_t kernel_ld(size_t gate) const { return gate == candidate ? units : candidate * units; }
  size_t bias(size_t gate) const { return gate == candidate ? candidate_bias : gates_bias + gate * units; }
};

struct Shape {
  Shape(Cell cell, size_t layers, size_t units)
      : cell(cell), gates(gates_of(cell)), layers(layers), units(units), h(padded(units)) {
    size_t offset = 0;
    const auto take = [&](size_t size) {
      const size_t at = offset;
      offset += size;
      return at;
    };
    for (size_t layer = 0; layer < layers; layer++) {
      CellShape tensors{};
      tensors.inputs = layer == 0 ? kAlphabetSize : units;
      tensors.units = units;
      tensors.candidate = candidate();
      tensors.gates_kernel = take((tensors.inputs + units) * candidate() * units);
      tensors.gates_bias = take(candidate() * units);
      tensors.candidate_kernel = take((tensors.inputs + units) * units);
      tensors.candidate_bias = take(units);
      cells.push_back(tensors);
    }
    softmax_kernel = take(units * kAlphabetSize);
    softmax_bias = take(kAlphabetSize);
    parameters = offset;
  }

  size_t candidate() const { return gates - 1; }

  Cell cell;
  /// Gates of a cell, G.
  size_t gates;
  size_t layers;
  size_t units;
  /// Units padded for the kernels.
  size_t h;
  /// Logits padded for the kernels.
  static constexpr size_t logits = kPaddedLogits;
  std::vector<CellShape> cells;
  /// [units, 98]
  size_t softmax_kernel;
  /// [98]
  size_t softmax_bias;
  /// Length of the flat vector.
  size_t parameters;
};

}  // namespace understudy
