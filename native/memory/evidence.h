// What the tables hold at one position, laid out for going down the symbol tree.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "position.h"
#include "symbol_tree.h"
#include "tables.h"

namespace understudy::memory {

/// Contexts side by side, for vector instructions.
constexpr size_t kLanes = 32;
static_assert(kSuccessorContexts <= kLanes);

struct Evidence {
  /// `other`: another expert's probabilities [98], or null.
  Evidence(const Tables& tables, const Position& position, const float* other);

  /// Points `lines` at a group's counters.
  void find_lines(const Tables& tables, size_t group);

  const Position& position;
  /// Successors' ranks (Successors::kNone: none) and counts, the latest first.
  std::array<std::array<uint8_t, kLanes>, Successors::kKept> ranks;
  std::array<std::array<uint8_t, kLanes>, Successors::kKept> counts;
  /// Ranks that the matches expect; Successors::kNone where they expect nothing.
  std::array<uint8_t, kMatches> expected;
  /// Counters of the group of nodes that is being decided; blank ones where nothing is known.
  std::array<const BitLine*, kBitContexts> lines;
  bool has_other;
  /// Sums of the other expert's probabilities over the ranks below each.
  std::array<float, kSymbols + 1> other;
};

}  // namespace understudy::memory
