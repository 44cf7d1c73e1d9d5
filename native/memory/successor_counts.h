// Counts of the successor contexts, in two successor tables: one for the whole text, one for the current file.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "contexts.h"
#include "successor_table.h"

namespace understudy::memory {

/// Successors of all contexts at one place, transposed for vector instructions: the latest of all contexts first.
struct KnownSuccessors {
  static constexpr size_t kLanes = 32;
  static_assert(kSuccessorContexts <= kLanes);

  KnownSuccessors() {
    for (auto& row : ranks) row.fill(Successors::kNone);
    for (auto& row : counts) row.fill(0);
  }

  void set(size_t context, const Successors& known) {
    for (size_t i = 0; i < Successors::kCapacity; i++) {
      ranks[i][context] = known.ranks[i];
      counts[i][context] = known.counts[i];
    }
  }

  std::array<std::array<uint8_t, kLanes>, Successors::kCapacity> ranks;
  std::array<std::array<uint8_t, kLanes>, Successors::kCapacity> counts;
};

class SuccessorCounts {
 public:
  SuccessorCounts(size_t bytes, size_t local_bytes) : global_(bytes), local_(local_bytes) {}

  size_t bytes() const { return global_.bytes() + local_.bytes(); }
  KnownSuccessors find(const SuccessorHashes& contexts) const;
  /// Counts `symbol` as the successor of these contexts. `before`, where not null, receives the earlier successors.
  void count(const SuccessorHashes& contexts, uint8_t symbol, KnownSuccessors* before);
  void prefetch(const SuccessorHashes& contexts) const;

 private:
  static bool is_local(size_t context) { return context >= kSuccessorContexts - kLocalSuccessorContexts; }
  const SuccessorTable& table(size_t context) const { return is_local(context) ? local_ : global_; }
  SuccessorTable& table(size_t context) { return is_local(context) ? local_ : global_; }

  SuccessorTable global_;
  SuccessorTable local_;
};

}  // namespace understudy::memory
