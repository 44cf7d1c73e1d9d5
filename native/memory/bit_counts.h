// What followed the bit contexts, in two tables: one for the whole text, one for the file at hand.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "bit_table.h"
#include "contexts.h"

namespace understudy::memory {

/// Of one decision, each context's.
using DecisionCounters = std::array<BitCounter, kBitContexts>;

class BitCounts {
 public:
  /// Of one group of nodes, each context's; a blank one where it is not known.
  using Lines = std::array<const BitLine*, kBitContexts>;

  BitCounts(size_t bytes, size_t local_bytes) : far_(bytes), local_(local_bytes) {}

  size_t bytes() const { return far_.bytes() + local_.bytes(); }
  Lines find(const BitHashes& contexts, size_t group) const;
  /// `symbol` follows these contexts. `before`, where not null, gets the counters of its decisions as they were until
  /// then [length of its path].
  void count(const BitHashes& contexts, uint8_t symbol, DecisionCounters* before);
  void prefetch(const BitHashes& contexts, uint8_t symbol) const;

 private:
  const BitTable& table(size_t context) const { return context >= kBitContexts - kLocalBitContexts ? local_ : far_; }
  BitTable& table(size_t context) { return context >= kBitContexts - kLocalBitContexts ? local_ : far_; }

  BitTable far_;
  BitTable local_;
};

}  // namespace understudy::memory
