// Probabilities of a bit, and the logistic scale on which they are mixed: stretch(p) = ln(p / (1 − p)) and its inverse.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace understudy::memory {

/// Where the logistic scale ends: probabilities within 6e-6 of 0 and 1.
constexpr float kMostStretched = 12.0f;

inline float clamp_stretched(float x) { return std::min(kMostStretched, std::max(-kMostStretched, x)); }

/// Tables for both directions: quicker than the library's functions, and equal on every machine.
class Logistic {
 public:
  /// `probability` in 32 bits; the result has 12 bits of it.
  static float stretch(uint32_t probability) { return tables_.stretched[probability >> 20]; }

  /// Of a probability in (0, 1), exactly; slow.
  static float exact_stretch(float probability) {
    return clamp_stretched(std::log(probability / (1.0f - probability)));
  }

  /// `x` within ±kMostStretched.
  static float squash(float x) {
    const float at = (x + kMostStretched) * kPerUnit;
    const auto below = static_cast<size_t>(at);
    const float* const table = tables_.squashed.data() + below;
    return table[0] + (table[1] - table[0]) * (at - static_cast<float>(below));
  }

 private:
  static constexpr float kPerUnit = 64.0f;
  static constexpr size_t kSteps = static_cast<size_t>(2 * kMostStretched * kPerUnit);

  struct Tables {
    std::array<float, 4096> stretched;
    /// One more than is ever reached, for the interpolation at the very end.
    std::array<float, kSteps + 2> squashed;

    Tables() {
      for (size_t i = 0; i < stretched.size(); i++) {
        const double p = (static_cast<double>(i) + 0.5) / static_cast<double>(stretched.size());
        stretched[i] = static_cast<float>(std::log(p / (1.0 - p)));
      }
      for (size_t i = 0; i < squashed.size(); i++)
        squashed[i] = static_cast<float>(1.0 / (1.0 + std::exp(kMostStretched - static_cast<double>(i) / kPerUnit)));
    }
  };

  // Not local to a function: it is looked at too often for asking each time whether it is there yet.
  static const Tables tables_;
};

inline const Logistic::Tables Logistic::tables_;

/// 22 bits of probability above 10 bits of something else.
using Probability = uint32_t;
constexpr Probability kEven = 1u << 31;

inline Probability moved(Probability probability, int bit, float rate) {
  const auto p = static_cast<int32_t>(probability >> 10);
  const int32_t target = bit ? (1 << 22) - 1 : 0;
  return static_cast<uint32_t>(p + static_cast<int32_t>(static_cast<float>(target - p) * rate)) << 10;
}

/// For each of some situations the probability of a 1, learnt as the mean of what followed, of the recent past once
/// `limit` bits have been seen.
class AdaptiveMap {
 public:
  AdaptiveMap(size_t situations, uint32_t limit) : entries_(situations, kEven), limit_(limit) {}

  size_t size() const { return entries_.size(); }
  /// The upper 16 bits of a situation's probability.
  uint16_t known(size_t situation) const { return static_cast<uint16_t>(entries_[situation] >> 16); }
  /// A situation that somebody else knows so well; one that is even was probably never seen.
  void know(size_t situation, uint16_t probability) {
    const Probability entry = static_cast<Probability>(probability) << 16;
    entries_[situation] = entry == kEven ? kEven : entry | std::min(limit_, kKnown);
  }

  float stretched(size_t situation) const { return Logistic::stretch(entries_[situation]); }

  void learn(size_t situation, int bit) {
    Probability& entry = entries_[situation];
    const uint32_t seen = entry & 1023;
    entry = moved(entry, bit, kRates[seen]) | (seen < limit_ ? seen + 1 : seen);
  }

 private:
  /// After so many bits; kept, since divisions are slow.
  inline static const std::array<float, 1024> kRates = [] {
    std::array<float, 1024> rates{};
    for (size_t seen = 0; seen < rates.size(); seen++) rates[seen] = 1.0f / (static_cast<float>(seen) + 1.6f);
    return rates;
  }();

  /// Bits that knowledge from elsewhere counts for.
  static constexpr uint32_t kKnown = 255;

  std::vector<Probability> entries_;
  uint32_t limit_;
};

}  // namespace understudy::memory
