// The alphabet as a binary tree: a symbol is the sequence of decisions that lead to its leaf, so that predicting a
// symbol is predicting bits, and many experts' opinions about a bit mix well (Mahoney, "Adaptive weighing of context
// models for lossless data compression", 2005).
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

/// One decision on the way to a symbol.
struct Step {
  uint8_t node;
  /// 1: to the right.
  uint8_t bit;
};

/// Symbols that code uses alike stand side by side, so that the first decisions tell kinds of characters apart and what
/// was learnt about a kind holds for all of it; frequent symbols have short paths (4.9 decisions on average in Python).
class SymbolTree {
 public:
  static const SymbolTree& get();
  /// Decisions on the way to a symbol, at most.
  static constexpr size_t kLongestPath = 24;

  size_t groups() const { return groups_; }
  const Node& node(size_t index) const { return nodes_[index]; }
  uint8_t rank(uint8_t symbol) const { return ranks_[symbol]; }
  uint8_t symbol_at(size_t rank) const { return symbols_[rank]; }
  size_t length(uint8_t symbol) const { return lengths_[symbol]; }
  /// [length(symbol)]
  const Step* path(uint8_t symbol) const { return paths_[symbol].data(); }

 private:
  SymbolTree();
  uint8_t split(size_t first, size_t end, std::array<Step, kLongestPath>& path, size_t depth);
  void group();

  std::array<Node, kNodes> nodes_{};
  std::array<uint8_t, kAlphabetSize> ranks_{};
  std::array<uint8_t, kAlphabetSize> symbols_{};
  std::array<uint8_t, kAlphabetSize> lengths_{};
  std::array<std::array<Step, kLongestPath>, kAlphabetSize> paths_{};
  size_t used_ = 0;
  size_t groups_ = 0;
};

}  // namespace understudy::memory
