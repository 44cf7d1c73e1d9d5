#include "successor_counts.h"

#include "symbol_tree.h"

namespace understudy::memory {

KnownSuccessors SuccessorCounts::find(const SuccessorHashes& contexts) const {
  KnownSuccessors known;
  for (size_t i = 0; i < kSuccessorContexts; i++)
    if (const Successors* const found = table(i).find(contexts[i])) known.set(i, *found);
  return known;
}

void SuccessorCounts::count(const SuccessorHashes& contexts, uint8_t symbol, KnownSuccessors* before) {
  const uint8_t rank = SymbolTree::get().rank(symbol);
  std::array<bool, kSuccessorContexts> was_known{};
  for (size_t i = 0; i < kSuccessorContexts; i++) {
    Successors* slot = table(i).find(contexts[i]);
    was_known[i] = slot != nullptr;
    if (slot && before) before->set(i, *slot);
    if (!slot && (kShorterContext[i] == i || was_known[kShorterContext[i]])) slot = &table(i).replace(contexts[i]);
    if (slot) slot->update(rank);
  }
}

void SuccessorCounts::prefetch(const SuccessorHashes& contexts) const {
  for (size_t i = 0; i < kSuccessorContexts; i++) table(i).prefetch(contexts[i]);
}

}  // namespace understudy::memory
