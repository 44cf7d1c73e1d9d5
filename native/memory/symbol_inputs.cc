#include "symbol_inputs.h"

namespace understudy::memory {

SymbolInputs::SymbolInputs(const ContextState& state, const MatchHistory& history, const KnownSuccessors& known,
                           const float* other_expert)
    : code(state.code), matches(state.matches), successors(known), has_other(other_expert != nullptr) {
  const SymbolTree& tree = SymbolTree::get();
  for (size_t kind = 0; kind < kMatches; kind++)
    predicted[kind] = matches[kind].predicts(history) ? tree.rank(matches[kind].predicted(history)) : Successors::kNone;
  if (!has_other) return;
  other[0] = 0;
  for (size_t rank = 0; rank < kAlphabetSize; rank++)
    other[rank + 1] = other[rank] + other_expert[tree.symbol_at(rank)];
}

}  // namespace understudy::memory
