// Bit tables: counters of the decisions that followed contexts, for contexts with many different successors.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "hash.h"
#include "probability.h"
#include "slots.h"
#include "symbol_tree.h"

namespace understudy::memory {

/// Bit history of one decision after one context (Mahoney): a count of each bit, and the last two bits. Indirect: a
/// state map learns its meaning.
class BitHistory {
 public:
  static constexpr size_t kHistories = 1024;
  static constexpr uint32_t kMaxCount = 15;

  static uint32_t next(uint32_t history, int bit) { return kNext[history * 2 + static_cast<uint32_t>(bit)]; }
  /// Sum of both counts.
  static uint32_t count(uint32_t history) { return zeros(history) + ones(history); }

 private:
  static uint32_t zeros(uint32_t history) { return history >> 6; }
  static uint32_t ones(uint32_t history) { return history >> 2 & kMaxCount; }

  /// Discounted count of the other bit, as in nonstationary models: code changes its habits from file to file.
  static uint32_t discounted(uint32_t count) {
    return count <= 2 ? count : count <= 4 ? 3 : count <= 8 ? 4 : count <= 12 ? 5 : 6;
  }

  static const std::array<uint16_t, kHistories * 2> kNext;
};

inline const std::array<uint16_t, BitHistory::kHistories * 2> BitHistory::kNext = [] {
  std::array<uint16_t, kHistories * 2> next{};
  for (uint32_t history = 0; history < kHistories; history++)
    for (uint32_t bit = 0; bit < 2; bit++) {
      uint32_t same = bit ? ones(history) : zeros(history);
      const uint32_t other = discounted(bit ? zeros(history) : ones(history));
      if (same < kMaxCount) same++;
      const uint32_t last = (history << 1 | bit) & 3;
      next[history * 2 + bit] = static_cast<uint16_t>((bit ? other : same) << 6 | (bit ? same : other) << 2 | last);
    }
  return next;
}();

/// Counter of one decision after one context: 22 bits of probability of a 1, 10 bits of history.
class BitCounter {
 public:
  bool is_new() const { return history() == 0; }
  uint32_t history() const { return bits_ & 1023; }
  /// The probability, stretched, and damped while few bits support it.
  float stretched() const {
    const uint32_t count = BitHistory::count(history());
    const float direct = Logistic::stretch(bits_);
    return count > 3 ? direct : direct * 0.25f * static_cast<float>(count);
  }
  void update(int bit) {
    bits_ = moved(bits_, bit, kRates[BitHistory::count(history())]) | BitHistory::next(history(), bit);
  }

 private:
  /// Adaptation rate by the number of bits seen; a table, since divisions are slow.
  inline static const std::array<float, 2 * BitHistory::kMaxCount + 1> kRates = [] {
    std::array<float, 2 * BitHistory::kMaxCount + 1> rates{};
    for (size_t count = 0; count < rates.size(); count++)
      rates[count] = count < 20 ? 1.0f / (static_cast<float>(count) + 1.5f) : 1.0f / 24;
    return rates;
  }();

  Probability bits_ = kEven;
};

/// Slot of a bit table: a context's counters for one group of the tree's nodes.
struct BitSlot {
  uint16_t check = 0;
  uint16_t uses = 0;
  std::array<BitCounter, kNodesPerGroup> counters;

  uint32_t priority() const { return uses; }
  void age(Hash) { uses -= uses > 0; }
  void touch() { uses += uses < kMaxUses; }

 private:
  static constexpr uint16_t kMaxUses = 255;
};
static_assert(sizeof(BitSlot) == 32);

using BitTable = SlotTable<BitSlot>;

/// Hash of a context's counters for one group.
inline Hash slot_hash(Hash context, size_t group) { return finished(context + group); }

}  // namespace understudy::memory
