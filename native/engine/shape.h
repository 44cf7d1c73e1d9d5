// Shape of the network, and the offsets of its tensors in the flat parameter vector (src/model/layout.ts).
#pragma once

#include <cstddef>
#include <vector>

#include "core/alphabet.h"
#include "kernels/panels.h"

namespace understudy {

/// Gates are numbered r, u, c.
constexpr size_t kGates = 3;
constexpr size_t kCandidate = 2;

/// One GRU cell's tensors, offsets in floats. Kernels are row-major, input rows first, then `units` hidden rows.
struct CellShape {
  size_t inputs;
  size_t units;
  /// [inputs + units, 2·units], columns r, then u
  size_t gates_kernel;
  /// [2·units]
  size_t gates_bias;
  /// [inputs + units, units]
  size_t candidate_kernel;
  /// [units]
  size_t candidate_bias;

  /// A gate's columns of its kernel: their offset and the distance between rows; and the offset of its bias.
  size_t kernel(size_t gate) const { return gate == kCandidate ? candidate_kernel : gates_kernel + gate * units; }
  size_t kernel_ld(size_t gate) const { return gate == kCandidate ? units : 2 * units; }
  size_t bias(size_t gate) const { return gate == kCandidate ? candidate_bias : gates_bias + gate * units; }
};

struct Shape {
  Shape(size_t layers, size_t units) : layers(layers), units(units), h(padded(units)) {
    size_t offset = 0;
    const auto take = [&](size_t size) {
      const size_t at = offset;
      offset += size;
      return at;
    };
    for (size_t layer = 0; layer < layers; layer++) {
      CellShape cell{};
      cell.inputs = layer == 0 ? kAlphabetSize : units;
      cell.units = units;
      cell.gates_kernel = take((cell.inputs + units) * 2 * units);
      cell.gates_bias = take(2 * units);
      cell.candidate_kernel = take((cell.inputs + units) * units);
      cell.candidate_bias = take(units);
      cells.push_back(cell);
    }
    softmax_kernel = take(units * kAlphabetSize);
    softmax_bias = take(kAlphabetSize);
    parameters = offset;
  }

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
