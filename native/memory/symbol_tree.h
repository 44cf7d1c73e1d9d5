// Binary tree over the alphabet: a symbol is the sequence of decisions on the path to its leaf, so that a prediction of
// a symbol is one of bits, and predictions of bits mix well (Mahoney, "Adaptive weighing of context models for lossless
// data compression", 2005).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "core/alphabet.h"

namespace understudy::memory {

constexpr size_t kNodes = kAlphabetSize - 1;
/// Nodes whose counters are together in one slot of a bit table.
constexpr size_t kNodesPerGroup = 7;

/// An inner node. Leaves are ranked from left to right, so a subtree is a range of ranks.
struct Node {
  /// The left subtree has the ranks [first, middle), the right one [middle, end).
  uint8_t first, middle, end;
  /// Nodes below; kNodes and more for leaves.
  uint8_t left, right;
  /// Group and place in it. Groups are connected: a path enters each at most once.
  uint8_t group, place;
};

/// One decision on a symbol's path.
struct Step {
  uint8_t node;
  /// 1: to the right.
  uint8_t bit;
};

/// Symbols with a similar use in code are neighbours, so that the first decisions separate kinds of characters, and
/// counts of a kind serve all its symbols; frequent symbols have short paths (4.9 decisions on average in Python).
class SymbolTree {
 public:
  static const SymbolTree& get();
  /// Largest number of decisions on a path.
  static constexpr size_t kMaxPath = 24;

  size_t groups() const { return groups_; }
  const Node& node(size_t index) const { return nodes_[index]; }
  uint8_t rank(uint8_t symbol) const { return ranks_[symbol]; }
  uint8_t symbol_at(size_t rank) const { return symbols_[rank]; }
  size_t length(uint8_t symbol) const { return lengths_[symbol]; }
  /// Decisions of a symbol, [length(symbol)].
  const Step* path(uint8_t symbol) const { return paths_[symbol].data(); }

 private:
  SymbolTree();
  uint8_t split(size_t first, size_t end, std::array<Step, kMaxPath>& path, size_t depth);
  void group();

  std::array<Node, kNodes> nodes_{};
  std::array<uint8_t, kAlphabetSize> ranks_{};
  std::array<uint8_t, kAlphabetSize> symbols_{};
  std::array<uint8_t, kAlphabetSize> lengths_{};
  std::array<std::array<Step, kMaxPath>, kAlphabetSize> paths_{};
  size_t used_ = 0;
  size_t groups_ = 0;
};

}  // namespace understudy::memory
