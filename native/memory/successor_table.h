// Successor tables: counts of the symbols that followed contexts, for contexts with few different successors.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "slots.h"

namespace understudy::memory {

/// Slot of a successor table: the last three different symbols after one context, the latest first, with their counts.
struct Successors {
  static constexpr size_t kCapacity = 3;
  static constexpr uint8_t kNone = 255;
  static constexpr uint8_t kMaxCount = 60;

  uint16_t check = 0;
  /// Ranks of the symbol tree.
  std::array<uint8_t, kCapacity> ranks = {kNone, kNone, kNone};
  std::array<uint8_t, kCapacity> counts = {0, 0, 0};

  bool is_new() const { return counts[0] == 0; }

  void update(uint8_t rank) {
    size_t at = 0;
    while (at < kCapacity - 1 && counts[at] > 0 && ranks[at] != rank) at++;
    const uint8_t count = ranks[at] == rank ? counts[at] : 0;
    for (size_t i = kCapacity - 1; i > at; i--) counts[i] = kDiscounted[counts[i]];
    for (; at > 0; at--) {
      ranks[at] = ranks[at - 1];
      counts[at] = kDiscounted[counts[at - 1]];
    }
    ranks[0] = rank;
    counts[0] = count < kMaxCount ? count + 1 : kMaxCount;
  }

  uint32_t priority() const { return counts[0] + (counts[1] > 0 ? 2 : 0); }
  /// Takes effect one time in four.
  void age(Hash newcomer) { counts[0] -= counts[0] > 1 && (newcomer >> 20 & 3) == 0; }

 private:
  /// Discounted counts of the symbols that did not follow: code changes its habits from file to file.
  static constexpr std::array<uint8_t, kMaxCount + 1> kDiscounted = [] {
    std::array<uint8_t, kMaxCount + 1> discounted{};
    for (size_t count = 0; count <= kMaxCount; count++)
      discounted[count] = static_cast<uint8_t>(count <= 2    ? count
                                               : count <= 4  ? 3
                                               : count <= 8  ? 4
                                               : count <= 12 ? 5
                                               : count <= 20 ? 6
                                                             : 7);
    return discounted;
  }();
};
static_assert(sizeof(Successors) == 8);

using SuccessorTable = SlotTable<Successors>;

}  // namespace understudy::memory
