// Memory of a code base by context mixing, after PAQ and lpaq (Mahoney, 2002–2007): hashed contexts of many kinds and
// the longest matches predict a symbol's binary decisions, and a mixing network combines them. It learns while it
// reads, and predicts without learning.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "context_state.h"
#include "mixing_network.h"
#include "tables.h"

namespace understudy::memory {

struct File {
  /// Path relative to its workspace, with forward slashes.
  std::string name;
  std::vector<uint8_t> symbols;
};

class Memory {
 public:
  /// For texts of about `characters` in all, in at most `bytes`; text beyond that replaces the entries of least
  /// priority. The tables start empty, the network as given.
  Memory(size_t characters, size_t bytes, MixingNetwork network)
      : tables_(characters, bytes), network_(std::move(network)) {}

  /// Bytes of its tables.
  size_t bytes() const { return tables_.bytes(); }

  /// Counts the successors in most files, and then updates the memory with the first of every `update_every` files, as
  /// `update` does; each in this order. The result does not depend on how the threads take turns. False after
  /// cancellation, which it asks for now and then on several threads; the memory is unusable then.
  bool train(const std::vector<File>& files, size_t update_every, const std::function<bool()>& is_cancelled);

  /// Moves `state` on by `symbol`. Nothing is learnt.
  void read(ContextState& state, uint8_t symbol) const { state.advance(tables_.history(), symbol); }
  /// As `read`, and updates the tables and the network. `other`: another expert's prediction [98] here, or null.
  /// Returns the bits that `symbol` cost before.
  double update(ContextState& state, uint8_t symbol, const float* other);
  /// Bits that `symbol` would cost here.
  double cost(const ContextState& state, uint8_t symbol, const float* other) const;
  /// Probabilities [98] of the next symbol, mixed with another expert's [98] where `other` is not null. Exact, but for
  /// subtrees of a probability below 1e-4, which are distributed roughly.
  void predict(const ContextState& state, const float* other, float* probabilities) const;

  const MixingNetwork& network() const { return network_; }

 private:
  struct Descent;

  void descend(const Descent& descent, const BitCounts::Slots& slots, size_t group, size_t node, size_t depth,
               float reached) const;
  void distribute(size_t node, float reached, float* probabilities) const;

  Tables tables_;
  MixingNetwork network_;
};

}  // namespace understudy::memory
