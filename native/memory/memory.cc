#include "memory.h"

#include <cmath>

namespace understudy::memory {

namespace {

constexpr size_t kNoGroup = kNodes;

}  // namespace

void Memory::skim(Position& position, uint8_t symbol) {
  prefetch(position, symbol);
  const SymbolTree& tree = SymbolTree::get();
  Lines lines{};
  size_t group = kNoGroup;
  for (size_t depth = 0; depth < tree.length(symbol); depth++) {
    const Step step = tree.path(symbol)[depth];
    const Node& node = tree.node(step.node);
    if (node.group != group) claim_lines(position, group = node.group, lines);
    for (BitLine* line : lines) line->counters[node.place].learn(step.bit);
  }
  finish(position, symbol);
}

double Memory::study(Position& position, uint8_t symbol, const float* other) {
  prefetch(position, symbol);
  const SymbolTree& tree = SymbolTree::get();
  Evidence evidence(tables_, position, other);
  Decision decision;
  Lines lines{};
  double bits = 0;
  size_t group = kNoGroup;
  for (size_t depth = 0; depth < tree.length(symbol); depth++) {
    const Step step = tree.path(symbol)[depth];
    const Node& node = tree.node(step.node);
    if (node.group != group) {
      claim_lines(position, group = node.group, lines);
      std::copy(lines.begin(), lines.end(), evidence.lines.begin());
    }
    judgement_.decide(evidence, step.node, depth, decision);
    bits -= std::log2(step.bit ? decision.probability : 1 - decision.probability);
    judgement_.learn(decision, step.bit);
    for (BitLine* line : lines) line->counters[node.place].learn(step.bit);
  }
  finish(position, symbol);
  return bits;
}

double Memory::cost(const Position& position, uint8_t symbol, const float* other) const {
  const SymbolTree& tree = SymbolTree::get();
  Evidence evidence(tables_, position, other);
  Decision decision;
  double bits = 0;
  size_t group = kNoGroup;
  for (size_t depth = 0; depth < tree.length(symbol); depth++) {
    const Step step = tree.path(symbol)[depth];
    if (tree.node(step.node).group != group) evidence.find_lines(tables_, group = tree.node(step.node).group);
    judgement_.decide(evidence, step.node, depth, decision);
    bits -= std::log2(step.bit ? decision.probability : 1 - decision.probability);
  }
  return bits;
}

void Memory::predict(const Position& position, const float* other, float* probabilities) const {
  Evidence evidence(tables_, position, other);
  descend(evidence, 0, 0, kNoGroup, 1, probabilities);
}

/// `reached`: the probability of getting to this node, or of the symbol where it is a leaf.
void Memory::descend(Evidence& evidence, size_t index, size_t depth, size_t group, float reached,
                     float* probabilities) const {
  const SymbolTree& tree = SymbolTree::get();
  if (index >= kNodes) {
    probabilities[tree.symbol_at(index - kNodes)] = reached;
    return;
  }
  const Node& node = tree.node(index);
  if (node.group != group) evidence.find_lines(tables_, node.group);
  Decision decision;
  judgement_.decide(evidence, index, depth, decision);
  descend(evidence, node.left, depth + 1, node.group, reached * (1 - decision.probability), probabilities);
  // The left subtree may have gone on to other groups' lines.
  if (node.right < kNodes) evidence.find_lines(tables_, node.group);
  descend(evidence, node.right, depth + 1, node.group, reached * decision.probability, probabilities);
}

void Memory::prefetch(const Position& position, uint8_t symbol) const {
  const SymbolTree& tree = SymbolTree::get();
  const ContextHashes& hashes = position.hashes;
  for (size_t i = 0; i < kSuccessorContexts; i++) tables_.successors(i).prefetch(hashes.successor[i]);
  size_t group = kNoGroup;
  for (size_t depth = 0; depth < tree.length(symbol); depth++) {
    const size_t next = tree.node(tree.path(symbol)[depth].node).group;
    if (next == group) continue;
    group = next;
    for (size_t i = 0; i < kBitContexts; i++) tables_.bits(i).prefetch(line_hash(hashes.bit[i], group));
  }
}

void Memory::claim_lines(const Position& position, size_t group, Lines& lines) {
  for (size_t i = 0; i < kBitContexts; i++) {
    lines[i] = &tables_.bits(i).claim(line_hash(position.hashes.bit[i], group));
    lines[i]->use();
  }
}

void Memory::claim_successors(const Position& position, uint8_t symbol) {
  const uint8_t rank = SymbolTree::get().rank(symbol);
  std::array<bool, kSuccessorContexts> was_known{};
  for (size_t i = 0; i < kSuccessorContexts; i++) {
    SuccessorTable& table = tables_.successors(i);
    const Hash hash = position.hashes.successor[i];
    was_known[i] = table.find(hash) != nullptr;
    const bool has_shorter = kShorter[i] != i;
    if (was_known[i] || !has_shorter || was_known[kShorter[i]]) table.claim(hash).learn(rank);
  }
}

/// What is learnt of every symbol alike, and the step past it.
void Memory::finish(Position& position, uint8_t symbol) {
  claim_successors(position, symbol);
  tables_.passages().learn(position.hashes.recent, symbol);
  position.read(tables_.passages(), symbol);
}

}  // namespace understudy::memory
