// What followed contexts, symbol by symbol: for contexts that few different symbols follow.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "slots.h"

namespace understudy::memory {

/// The last three different symbols after one context, the latest first, and how often each.
struct Successors {
  static constexpr size_t kKept = 3;
  static constexpr uint8_t kNone = 255;
  static constexpr uint8_t kMost = 60;

  uint16_t check = 0;
  /// In ranks of the symbol tree.
  std::array<uint8_t, kKept> ranks = {kNone, kNone, kNone};
  std::array<uint8_t, kKept> counts = {0, 0, 0};

  bool is_new() const { return counts[0] == 0; }

  void learn(uint8_t rank) {
    size_t at = 0;
    while (at < kKept - 1 && counts[at] > 0 && ranks[at] != rank) at++;
    const uint8_t count = ranks[at] == rank ? counts[at] : 0;
    for (size_t i = kKept - 1; i > at; i--) counts[i] = kFaded[counts[i]];
    for (; at > 0; at--) {
      ranks[at] = ranks[at - 1];
      counts[at] = kFaded[counts[at - 1]];
    }
    ranks[0] = rank;
    counts[0] = count < kMost ? count + 1 : kMost;
  }

  uint32_t worth() const { return counts[0] + (counts[1] > 0 ? 2 : 0); }
  /// One time in four.
  void fade(Hash newcomer) { counts[0] -= counts[0] > 1 && (newcomer >> 20 & 3) == 0; }

 private:
  /// What did not follow this time counts less: code changes its habits from file to file.
  static constexpr std::array<uint8_t, kMost + 1> kFaded = [] {
    std::array<uint8_t, kMost + 1> faded{};
    for (size_t count = 0; count <= kMost; count++)
      faded[count] = static_cast<uint8_t>(count <= 2    ? count
                                          : count <= 4  ? 3
                                          : count <= 8  ? 4
                                          : count <= 12 ? 5
                                          : count <= 20 ? 6
                                                        : 7);
    return faded;
  }();
};
static_assert(sizeof(Successors) == 8);

using SuccessorTable = SlotTable<Successors>;

}  // namespace understudy::memory
