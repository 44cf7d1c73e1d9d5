// Inputs of the mixing network that all decisions of one symbol share.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "context_state.h"
#include "successor_counts.h"
#include "symbol_tree.h"

namespace understudy::memory {

struct SymbolInputs {
  /// `other`: another expert's probabilities [98], or null.
  SymbolInputs(const ContextState& state, const MatchHistory& history, const KnownSuccessors& known,
               const float* other);

  const CodeContext& code;
  const std::array<Match, kMatches>& matches;
  const KnownSuccessors& successors;
  /// Rank that each match predicts; Successors::kNone for none.
  std::array<uint8_t, kMatches> predicted;
  bool has_other;
  /// Cumulative probabilities of the other expert: sums over the ranks below each.
  std::array<float, kAlphabetSize + 1> other;
};

}  // namespace understudy::memory
