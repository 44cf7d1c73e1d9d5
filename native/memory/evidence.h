// What is known at one position, laid out for going down the symbol tree.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "position.h"
#include "successor_counts.h"
#include "symbol_tree.h"

namespace understudy::memory {

struct Evidence {
  /// `other`: another expert's probabilities [98], or null.
  Evidence(const Position& position, const Passages& passages, const KnownSuccessors& known, const float* other);

  const CodeContext& code;
  const std::array<Match, kMatches>& matches;
  const KnownSuccessors& successors;
  /// Ranks that the matches expect; Successors::kNone where they expect nothing.
  std::array<uint8_t, kMatches> expected;
  bool has_other;
  /// Sums of the other expert's probabilities over the ranks below each.
  std::array<float, kSymbols + 1> other;
};

}  // namespace understudy::memory
