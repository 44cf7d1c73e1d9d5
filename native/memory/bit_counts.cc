#include "bit_counts.h"

#include "symbol_tree.h"

namespace understudy::memory {

namespace {

constexpr size_t kNoGroup = kNodes;

}  // namespace

BitCounts::Lines BitCounts::find(const BitHashes& contexts, size_t group) const {
  static const BitLine blank{};
  Lines lines;
  for (size_t i = 0; i < kBitContexts; i++) {
    const BitLine* const found = table(i).find(line_hash(contexts[i], group));
    lines[i] = found ? found : &blank;
  }
  return lines;
}

void BitCounts::count(const BitHashes& contexts, uint8_t symbol, DecisionCounters* before) {
  const SymbolTree& tree = SymbolTree::get();
  std::array<BitLine*, kBitContexts> lines;
  size_t group = kNoGroup;
  for (size_t depth = 0; depth < tree.length(symbol); depth++) {
    const Step step = tree.path(symbol)[depth];
    const Node& node = tree.node(step.node);
    for (size_t i = 0; node.group != group && i < kBitContexts; i++) {
      lines[i] = &table(i).claim(line_hash(contexts[i], node.group));
      lines[i]->use();
    }
    group = node.group;
    for (size_t i = 0; before && i < kBitContexts; i++) before[depth][i] = lines[i]->counters[node.place];
    for (BitLine* line : lines) line->counters[node.place].learn(step.bit);
  }
}

void BitCounts::prefetch(const BitHashes& contexts, uint8_t symbol) const {
  const SymbolTree& tree = SymbolTree::get();
  size_t group = kNoGroup;
  for (size_t depth = 0; depth < tree.length(symbol); depth++) {
    const size_t next = tree.node(tree.path(symbol)[depth].node).group;
    if (next == group) continue;
    group = next;
    for (size_t i = 0; i < kBitContexts; i++) table(i).prefetch(line_hash(contexts[i], group));
  }
}

}  // namespace understudy::memory
