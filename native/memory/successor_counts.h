// What followed the successor contexts, in two tables: one for the whole text, one for the file at hand.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "contexts.h"
#include "successor_table.h"

namespace understudy::memory {

/// What the contexts at one place know, side by side for vector instructions, the latest successors first.
struct KnownSuccessors {
  static constexpr size_t kLanes = 32;
  static_assert(kSuccessorContexts <= kLanes);

  KnownSuccessors() {
    for (auto& row : ranks) row.fill(Successors::kNone);
    for (auto& row : counts) row.fill(0);
  }

  void set(size_t context, const Successors& known) {
    for (size_t i = 0; i < Successors::kKept; i++) {
      ranks[i][context] = known.ranks[i];
      counts[i][context] = known.counts[i];
    }
  }

  std::array<std::array<uint8_t, kLanes>, Successors::kKept> ranks;
  std::array<std::array<uint8_t, kLanes>, Successors::kKept> counts;
};

class SuccessorCounts {
 public:
  SuccessorCounts(size_t bytes, size_t local_bytes) : far_(bytes), local_(local_bytes) {}

  size_t bytes() const { return far_.bytes() + local_.bytes(); }
  KnownSuccessors find(const SuccessorHashes& contexts) const;
  /// `symbol` follows these contexts. `before`, where not null, gets what they knew until then.
  void count(const SuccessorHashes& contexts, uint8_t symbol, KnownSuccessors* before);
  void prefetch(const SuccessorHashes& contexts) const;

 private:
  static bool is_local(size_t context) { return context >= kSuccessorContexts - kLocalSuccessorContexts; }
  const SuccessorTable& table(size_t context) const { return is_local(context) ? local_ : far_; }
  SuccessorTable& table(size_t context) { return is_local(context) ? local_ : far_; }

  SuccessorTable far_;
  SuccessorTable local_;
};

}  // namespace understudy::memory
