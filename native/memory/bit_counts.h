// Counters of the bit contexts, in two bit tables: one for the whole text, one for the current file.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "bit_table.h"
#include "contexts.h"

namespace understudy::memory {

/// Counters of one decision, one per context.
using DecisionCounters = std::array<BitCounter, kBitContexts>;

class BitCounts {
 public:
  /// Slots of one group of nodes, one per context; a blank one for an unknown context.
  using Slots = std::array<const BitSlot*, kBitContexts>;

  BitCounts(size_t bytes, size_t local_bytes) : global_(bytes), local_(local_bytes) {}

  size_t bytes() const { return global_.bytes() + local_.bytes(); }
  Slots find(const BitHashes& contexts, size_t group) const;
  /// Counts `symbol` as the successor of these contexts. `before`, where not null, receives the earlier counters of its
  /// decisions, [length of its path].
  void count(const BitHashes& contexts, uint8_t symbol, DecisionCounters* before);
  void prefetch(const BitHashes& contexts, uint8_t symbol) const;

 private:
  const BitTable& table(size_t context) const { return context >= kBitContexts - kLocalBitContexts ? local_ : global_; }
  BitTable& table(size_t context) { return context >= kBitContexts - kLocalBitContexts ? local_ : global_; }

  BitTable global_;
  BitTable local_;
};

}  // namespace understudy::memory
