#include "evidence.h"

namespace understudy::memory {

Evidence::Evidence(const Tables& tables, const Position& position, const float* other_expert)
    : position(position), has_other(other_expert != nullptr) {
  for (auto& row : ranks) row.fill(Successors::kNone);
  for (auto& row : counts) row.fill(0);
  const auto& hashes = position.hashes.successor;
  for (size_t context = 0; context < kSuccessorContexts; context++) {
    const Successors* const found = tables.successors(context).find(hashes[context]);
    for (size_t i = 0; found && i < Successors::kKept; i++) {
      ranks[i][context] = found->ranks[i];
      counts[i][context] = found->counts[i];
    }
  }
  const SymbolTree& tree = SymbolTree::get();
  for (size_t kind = 0; kind < kMatches; kind++) {
    const Match& match = position.matches[kind];
    expected[kind] =
        match.expects(tables.passages()) ? tree.rank(match.expected(tables.passages())) : Successors::kNone;
  }
  if (!has_other) return;
  other[0] = 0;
  for (size_t rank = 0; rank < kSymbols; rank++) other[rank + 1] = other[rank] + other_expert[tree.symbol_at(rank)];
}

void Evidence::find_lines(const Tables& tables, size_t group) {
  static const BitLine blank{};
  for (size_t context = 0; context < kBitContexts; context++) {
    const BitLine* const found = tables.bits(context).find(line_hash(position.hashes.bit[context], group));
    lines[context] = found ? found : &blank;
  }
}

}  // namespace understudy::memory
