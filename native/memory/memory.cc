#include "memory.h"

#include <cmath>

namespace understudy::memory {

namespace {

constexpr size_t kNoGroup = kNodes;
/// Least probability of a subtree that is worth a descent.
constexpr float kNegligible = 1e-4f;

/// Counters of one node, one per context.
DecisionCounters counters_of(const BitCounts::Slots& slots, const Node& node) {
  DecisionCounters counters;
  for (size_t i = 0; i < kBitContexts; i++) counters[i] = slots[i]->counters[node.place];
  return counters;
}

}  // namespace

double Memory::update(ContextState& state, uint8_t symbol, const float* other) {
  const BitHashes bit_contexts = bit_contexts_at(state.code);
  tables_.bits().prefetch(bit_contexts, symbol);
  const SuccessorHashes successor_contexts = successor_contexts_at(state.code);
  tables_.successors().prefetch(successor_contexts);
  // Counters and successors before this symbol.
  std::array<DecisionCounters, SymbolTree::kMaxPath> counters;
  tables_.bits().count(bit_contexts, symbol, counters.data());
  KnownSuccessors successors;
  tables_.successors().count(successor_contexts, symbol, &successors);
  const SymbolTree& tree = SymbolTree::get();
  const SymbolInputs inputs(state, tables_.history(), successors, other);
  Decision decision;
  double bits = 0;
  for (size_t depth = 0; depth < tree.length(symbol); depth++) {
    const Step step = tree.path(symbol)[depth];
    network_.predict(inputs, counters[depth], step.node, depth, decision);
    bits -= std::log2(step.bit ? decision.probability : 1 - decision.probability);
    network_.update(decision, step.bit);
  }
  tables_.history().append(state.recent, symbol);
  state.advance(tables_.history(), symbol);
  return bits;
}

double Memory::cost(const ContextState& state, uint8_t symbol, const float* other) const {
  const SymbolTree& tree = SymbolTree::get();
  const BitHashes contexts = bit_contexts_at(state.code);
  const KnownSuccessors successors = tables_.successors().find(successor_contexts_at(state.code));
  const SymbolInputs inputs(state, tables_.history(), successors, other);
  Decision decision;
  BitCounts::Slots slots;
  double bits = 0;
  size_t group = kNoGroup;
  for (size_t depth = 0; depth < tree.length(symbol); depth++) {
    const Step step = tree.path(symbol)[depth];
    const Node& node = tree.node(step.node);
    if (node.group != group) slots = tables_.bits().find(contexts, group = node.group);
    network_.predict(inputs, counters_of(slots, node), step.node, depth, decision);
    bits -= std::log2(step.bit ? decision.probability : 1 - decision.probability);
  }
  return bits;
}

/// Constants of a descent through the whole tree.
struct Memory::Descent {
  const SymbolInputs& inputs;
  const BitHashes& contexts;
  float* probabilities;
};

void Memory::predict(const ContextState& state, const float* other, float* probabilities) const {
  const BitHashes contexts = bit_contexts_at(state.code);
  const KnownSuccessors successors = tables_.successors().find(successor_contexts_at(state.code));
  const SymbolInputs inputs(state, tables_.history(), successors, other);
  descend({inputs, contexts, probabilities}, {}, kNoGroup, 0, 0, 1);
}

/// `slots`: those of `group`. `reached`: the probability of reaching this node, or of the symbol at a leaf.
void Memory::descend(const Descent& descent, const BitCounts::Slots& slots, size_t group, size_t index, size_t depth,
                     float reached) const {
  const SymbolTree& tree = SymbolTree::get();
  if (index >= kNodes || reached < kNegligible) return distribute(index, reached, descent.probabilities);
  const Node& node = tree.node(index);
  if (node.group != group)
    return descend(descent, tables_.bits().find(descent.contexts, node.group), node.group, index, depth, reached);
  Decision decision;
  network_.predict(descent.inputs, counters_of(slots, node), index, depth, decision);
  descend(descent, slots, group, node.left, depth + 1, reached * (1 - decision.probability));
  descend(descent, slots, group, node.right, depth + 1, reached * decision.probability);
}

/// Distributes `reached` among the symbols below by their order-0 probabilities.
void Memory::distribute(size_t index, float reached, float* probabilities) const {
  const SymbolTree& tree = SymbolTree::get();
  if (index >= kNodes) {
    probabilities[tree.symbol_at(index - kNodes)] = reached;
    return;
  }
  const float right = network_.order0_probability(index);
  distribute(tree.node(index).left, reached * (1 - right), probabilities);
  distribute(tree.node(index).right, reached * right, probabilities);
}

}  // namespace understudy::memory
