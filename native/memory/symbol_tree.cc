#include "symbol_tree.h"

#include <algorithm>
#include <numeric>
#include <string_view>

namespace understudy::memory {

namespace {

/// All symbols but the unknown one from left to right: white space, operators, closers and quotes, openers, digits,
/// capitals, and small letters with the vowels before the consonants.
constexpr std::string_view kOrder =
    " \n\t#@!$%&*+-/<=>?^|~,:;)]}\"'`\\([{.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_aeiouybcdfghjklmnpqrstvwxz";

/// Frequencies in 20,000 characters of Python's standard library, in that order; the unknown symbol first.
constexpr std::array<uint16_t, kAlphabetSize> kFrequencies = {
    2,   5954, 552, 1,   70,  3,  5,   1,   15,  1,   29, 16,  94,  15,   9,   150, 21,  3,   1,   6,
    1,   195,  145, 8,   202, 32, 8,   178, 234, 7,   40, 202, 31,  8,    249, 42,  37,  27,  14,  10,
    10,  8,    5,   10,  7,   36, 12,  31,  24,  62,  26, 11,  12,  44,   1,   5,   25,  20,  56,  30,
    29,  2,    34,  42,  59,  16, 9,   10,  6,   5,   2,  312, 726, 1422, 702, 678, 299, 127, 144, 375,
    400, 391,  170, 250, 21,  79, 552, 274, 734, 306, 16, 752, 798, 925,  81,  100, 82,  16};

}  // namespace

const SymbolTree& SymbolTree::get() {
  static const SymbolTree tree;
  return tree;
}

SymbolTree::SymbolTree() {
  static_assert(kOrder.size() + 1 == kAlphabetSize);
  symbols_[0] = 0;
  std::transform(kOrder.begin(), kOrder.end(), symbols_.begin() + 1, [](char c) { return symbol_of(c); });
  for (size_t rank = 0; rank < kAlphabetSize; rank++) ranks_[symbols_[rank]] = static_cast<uint8_t>(rank);
  std::array<Step, kMaxPath> path;
  split(0, kAlphabetSize, path, 0);
  group();
}

/// Builds the subtree of the ranks [first, end), with weights as equal on both sides as the order allows; returns its
/// root.
uint8_t SymbolTree::split(size_t first, size_t end, std::array<Step, kMaxPath>& path, size_t depth) {
  if (end - first == 1) {
    const uint8_t symbol = symbols_[first];
    lengths_[symbol] = static_cast<uint8_t>(depth);
    std::copy_n(path.begin(), depth, paths_[symbol].begin());
    return static_cast<uint8_t>(kNodes + first);
  }
  const int total = std::accumulate(kFrequencies.begin() + first, kFrequencies.begin() + end, 0);
  size_t middle = first + 1;
  int left = kFrequencies[first];
  // Goes on to the right while that makes the sides more equal.
  while (middle < end - 1 && std::abs(total - 2 * (left + kFrequencies[middle])) < std::abs(total - 2 * left))
    left += kFrequencies[middle++];

  const auto index = static_cast<uint8_t>(used_++);
  Node& node = nodes_[index];
  node.first = static_cast<uint8_t>(first);
  node.middle = static_cast<uint8_t>(middle);
  node.end = static_cast<uint8_t>(end);
  path[depth] = {index, 0};
  node.left = split(first, middle, path, depth + 1);
  path[depth] = {index, 1};
  node.right = split(middle, end, path, depth + 1);
  return index;
}

/// Fills groups from their roots downward, the most probable nodes first; the nodes below them are roots of new groups.
void SymbolTree::group() {
  const auto weight = [&](uint8_t index) {
    const Node& node = nodes_[index];
    return std::accumulate(kFrequencies.begin() + node.first, kFrequencies.begin() + node.end, 0);
  };
  std::array<uint8_t, kNodes> roots{};
  size_t found = 1;
  for (size_t done = 0; done < found; done++, groups_++) {
    std::array<uint8_t, kNodesPerGroup + 1> frontier{roots[done]};
    size_t open = 1;
    for (size_t place = 0; place < kNodesPerGroup && open > 0; place++) {
      auto* const most_probable = std::max_element(frontier.begin(), frontier.begin() + open,
                                                   [&](uint8_t a, uint8_t b) { return weight(a) < weight(b); });
      Node& node = nodes_[*most_probable];
      node.group = static_cast<uint8_t>(groups_);
      node.place = static_cast<uint8_t>(place);
      *most_probable = frontier[--open];
      for (const uint8_t child : {node.left, node.right})
        if (child < kNodes) frontier[open++] = child;
    }
    for (size_t i = 0; i < open; i++) roots[found++] = frontier[i];
  }
}

}  // namespace understudy::memory
