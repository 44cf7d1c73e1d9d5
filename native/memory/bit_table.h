// What followed contexts, decision by decision: for contexts with many different successors.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "hash.h"
#include "probability.h"
#include "slots.h"
#include "symbol_tree.h"

namespace understudy::memory {

/// What one decision was after one context: how often each way, rarely-forgotten, and the last two times; indirect,
/// since what such a history means is learnt elsewhere (Mahoney's "bit history" and "indirect context model").
class BitHistory {
 public:
  static constexpr size_t kHistories = 1024;
  /// Bits that are remembered of each kind.
  static constexpr uint32_t kMost = 15;

  static uint32_t after(uint32_t history, int bit) { return kNext[history * 2 + static_cast<uint32_t>(bit)]; }
  /// Bits seen, as far as they are remembered.
  static uint32_t seen(uint32_t history) { return zeros(history) + ones(history); }

 private:
  static uint32_t zeros(uint32_t history) { return history >> 6; }
  static uint32_t ones(uint32_t history) { return history >> 2 & kMost; }

  /// Evidence for the other way fades when it is contradicted: code changes its habits from file to file.
  static uint32_t faded(uint32_t count) {
    return count <= 2 ? count : count <= 4 ? 3 : count <= 8 ? 4 : count <= 12 ? 5 : 6;
  }

  static const std::array<uint16_t, kHistories * 2> kNext;
};

inline const std::array<uint16_t, BitHistory::kHistories * 2> BitHistory::kNext = [] {
  std::array<uint16_t, kHistories * 2> next{};
  for (uint32_t history = 0; history < kHistories; history++)
    for (uint32_t bit = 0; bit < 2; bit++) {
      uint32_t same = bit ? ones(history) : zeros(history);
      const uint32_t other = faded(bit ? zeros(history) : ones(history));
      if (same < kMost) same++;
      const uint32_t last = (history << 1 | bit) & 3;
      next[history * 2 + bit] = static_cast<uint16_t>((bit ? other : same) << 6 | (bit ? same : other) << 2 | last);
    }
  return next;
}();

/// One decision after one context: 22 bits of probability of a 1, 10 bits of history.
class BitCounter {
 public:
  bool is_new() const { return history() == 0; }
  uint32_t history() const { return bits_ & 1023; }
  /// The probability, stretched, and held back while it rests on little.
  float stretched() const {
    const uint32_t seen = BitHistory::seen(history());
    const float direct = Logistic::stretch(bits_);
    return seen > 3 ? direct : direct * 0.25f * static_cast<float>(seen);
  }
  void learn(int bit) {
    bits_ = moved(bits_, bit, kRates[BitHistory::seen(history())]) | BitHistory::after(history(), bit);
  }

 private:
  /// After so many bits; kept, since divisions are slow.
  inline static const std::array<float, 2 * BitHistory::kMost + 1> kRates = [] {
    std::array<float, 2 * BitHistory::kMost + 1> rates{};
    for (size_t seen = 0; seen < rates.size(); seen++)
      rates[seen] = seen < 20 ? 1.0f / (static_cast<float>(seen) + 1.5f) : 1.0f / 24;
    return rates;
  }();

  Probability bits_ = kEven;
};

/// A context's counters for one group of the tree's nodes.
struct BitLine {
  uint16_t check = 0;
  uint16_t uses = 0;
  std::array<BitCounter, kNodesPerGroup> counters;

  uint32_t worth() const { return uses; }
  void fade(Hash) { uses -= uses > 0; }
  void use() { uses += uses < kMostUses; }

 private:
  static constexpr uint16_t kMostUses = 255;
};
static_assert(sizeof(BitLine) == 32);

using BitTable = SlotTable<BitLine>;

/// Of one group's counters after a context.
inline Hash line_hash(Hash context, size_t group) { return finished(context + group); }

}  // namespace understudy::memory
