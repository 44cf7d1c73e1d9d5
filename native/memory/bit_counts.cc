#include "bit_counts.h"

#include "symbol_tree.h"

namespace understudy::memory {

namespace {

constexpr size_t kNoGroup = kNodes;

}  // namespace

BitCounts::Slots BitCounts::find(const BitHashes& contexts, size_t group) const {
  static const BitSlot blank{};
  Slots slots;
  for (size_t i = 0; i < kBitContexts; i++) {
    const BitSlot* const found = table(i).find(slot_hash(contexts[i], group));
    slots[i] = found ? found : &blank;
  }
  return slots;
}

void BitCounts::count(const BitHashes& contexts, uint8_t symbol, DecisionCounters* before) {
  const SymbolTree& tree = SymbolTree::get();
  std::array<BitSlot*, kBitContexts> slots;
  size_t group = kNoGroup;
  for (size_t depth = 0; depth < tree.length(symbol); depth++) {
    const Step step = tree.path(symbol)[depth];
    const Node& node = tree.node(step.node);
    for (size_t i = 0; node.group != group && i < kBitContexts; i++) {
      slots[i] = &table(i).find_or_replace(slot_hash(contexts[i], node.group));
      slots[i]->touch();
    }
    group = node.group;
    for (size_t i = 0; before && i < kBitContexts; i++) before[depth][i] = slots[i]->counters[node.place];
    for (BitSlot* slot : slots) slot->counters[node.place].update(step.bit);
  }
}

void BitCounts::prefetch(const BitHashes& contexts, uint8_t symbol) const {
  const SymbolTree& tree = SymbolTree::get();
  size_t group = kNoGroup;
  for (size_t depth = 0; depth < tree.length(symbol); depth++) {
    const size_t next = tree.node(tree.path(symbol)[depth].node).group;
    if (next == group) continue;
    group = next;
    for (size_t i = 0; i < kBitContexts; i++) table(i).prefetch(slot_hash(contexts[i], group));
  }
}

}  // namespace understudy::memory
