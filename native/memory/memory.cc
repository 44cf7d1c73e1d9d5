#include "memory.h"

#include <cmath>

namespace understudy::memory {

namespace {

constexpr size_t kNoGroup = kNodes;
/// Subtrees that are less probable are not looked into.
constexpr float kNegligible = 1e-4f;

/// Each context's counter of one node.
DecisionCounters counters_of(const BitCounts::Lines& lines, const Node& node) {
  DecisionCounters counters;
  for (size_t i = 0; i < kBitContexts; i++) counters[i] = lines[i]->counters[node.place];
  return counters;
}

}  // namespace

double Memory::study(Position& position, uint8_t symbol, const float* other) {
  const BitHashes bit_contexts = bit_contexts_at(position.code);
  tables_.bits().prefetch(bit_contexts, symbol);
  const SuccessorHashes successor_contexts = successor_contexts_at(position.code);
  tables_.successors().prefetch(successor_contexts);
  // What they knew before this symbol.
  std::array<DecisionCounters, SymbolTree::kLongestPath> counters;
  tables_.bits().count(bit_contexts, symbol, counters.data());
  KnownSuccessors successors;
  tables_.successors().count(successor_contexts, symbol, &successors);
  const SymbolTree& tree = SymbolTree::get();
  const Evidence evidence(position, tables_.passages(), successors, other);
  Decision decision;
  double bits = 0;
  for (size_t depth = 0; depth < tree.length(symbol); depth++) {
    const Step step = tree.path(symbol)[depth];
    judgement_.decide(evidence, counters[depth], step.node, depth, decision);
    bits -= std::log2(step.bit ? decision.probability : 1 - decision.probability);
    judgement_.learn(decision, step.bit);
  }
  tables_.passages().learn(position.recent, symbol);
  position.read(tables_.passages(), symbol);
  return bits;
}

double Memory::cost(const Position& position, uint8_t symbol, const float* other) const {
  const SymbolTree& tree = SymbolTree::get();
  const BitHashes contexts = bit_contexts_at(position.code);
  const KnownSuccessors successors = tables_.successors().find(successor_contexts_at(position.code));
  const Evidence evidence(position, tables_.passages(), successors, other);
  Decision decision;
  BitCounts::Lines lines;
  double bits = 0;
  size_t group = kNoGroup;
  for (size_t depth = 0; depth < tree.length(symbol); depth++) {
    const Step step = tree.path(symbol)[depth];
    const Node& node = tree.node(step.node);
    if (node.group != group) lines = tables_.bits().find(contexts, group = node.group);
    judgement_.decide(evidence, counters_of(lines, node), step.node, depth, decision);
    bits -= std::log2(step.bit ? decision.probability : 1 - decision.probability);
  }
  return bits;
}

/// What stays the same on the way down the whole tree.
struct Memory::Descent {
  const Evidence& evidence;
  const BitHashes& contexts;
  float* probabilities;
};

void Memory::predict(const Position& position, const float* other, float* probabilities) const {
  const BitHashes contexts = bit_contexts_at(position.code);
  const KnownSuccessors successors = tables_.successors().find(successor_contexts_at(position.code));
  const Evidence evidence(position, tables_.passages(), successors, other);
  descend({evidence, contexts, probabilities}, {}, kNoGroup, 0, 0, 1);
}

/// `lines`: those of `group`. `reached`: the probability of getting to this node, or of the symbol where it is a leaf.
void Memory::descend(const Descent& descent, const BitCounts::Lines& lines, size_t group, size_t index, size_t depth,
                     float reached) const {
  const SymbolTree& tree = SymbolTree::get();
  if (index >= kNodes || reached < kNegligible) return share_out(index, reached, descent.probabilities);
  const Node& node = tree.node(index);
  if (node.group != group)
    return descend(descent, tables_.bits().find(descent.contexts, node.group), node.group, index, depth, reached);
  Decision decision;
  judgement_.decide(descent.evidence, counters_of(lines, node), index, depth, decision);
  descend(descent, lines, group, node.left, depth + 1, reached * (1 - decision.probability));
  descend(descent, lines, group, node.right, depth + 1, reached * decision.probability);
}

/// Gives every symbol below its usual share.
void Memory::share_out(size_t index, float reached, float* probabilities) const {
  const SymbolTree& tree = SymbolTree::get();
  if (index >= kNodes) {
    probabilities[tree.symbol_at(index - kNodes)] = reached;
    return;
  }
  const float right = judgement_.usual(index);
  share_out(tree.node(index).left, reached * (1 - right), probabilities);
  share_out(tree.node(index).right, reached * right, probabilities);
}

}  // namespace understudy::memory
