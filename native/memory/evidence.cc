#include "evidence.h"

namespace understudy::memory {

Evidence::Evidence(const Position& position, const Passages& passages, const KnownSuccessors& known,
                   const float* other_expert)
    : code(position.code), matches(position.matches), successors(known), has_other(other_expert != nullptr) {
  const SymbolTree& tree = SymbolTree::get();
  for (size_t kind = 0; kind < kMatches; kind++)
    expected[kind] = matches[kind].expects(passages) ? tree.rank(matches[kind].expected(passages)) : Successors::kNone;
  if (!has_other) return;
  other[0] = 0;
  for (size_t rank = 0; rank < kSymbols; rank++) other[rank + 1] = other[rank] + other_expert[tree.symbol_at(rank)];
}

}  // namespace understudy::memory
