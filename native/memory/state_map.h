// State map (PAQ): an adaptive table from states to probabilities of a 1.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "probability.h"

namespace understudy::memory {

/// Each entry is the mean of the bits that followed its state; from `limit` bits on, of the recent past.
class StateMap {
 public:
  StateMap(size_t states, uint32_t limit) : entries_(states, kEven), limit_(limit) {}

  size_t size() const { return entries_.size(); }
  /// Upper 16 bits of a state's probability.
  uint16_t probability16(size_t state) const { return static_cast<uint16_t>(entries_[state] >> 16); }
  /// Sets a pretrained probability. An even one means that the state was probably never seen.
  void load(size_t state, uint16_t probability16) {
    const Probability entry = static_cast<Probability>(probability16) << 16;
    entries_[state] = entry == kEven ? kEven : entry | std::min(limit_, kPretrainedCount);
  }

  float stretched(size_t state) const { return Logistic::stretch(entries_[state]); }

  void update(size_t state, int bit) {
    Probability& entry = entries_[state];
    const uint32_t count = entry & 1023;
    entry = moved(entry, bit, kRates[count]) | (count < limit_ ? count + 1 : count);
  }

 private:
  /// Adaptation rate by the number of bits seen; a table, since divisions are slow.
  inline static const std::array<float, 1024> kRates = [] {
    std::array<float, 1024> rates{};
    for (size_t count = 0; count < rates.size(); count++) rates[count] = 1.0f / (static_cast<float>(count) + 1.6f);
    return rates;
  }();

  /// Bits that a pretrained probability counts for.
  static constexpr uint32_t kPretrainedCount = 255;

  std::vector<Probability> entries_;
  uint32_t limit_;
};

}  // namespace understudy::memory
