// Probabilities of a bit, and the logistic scale on which they are mixed: stretch(p) = ln(p / (1 − p)), squash its
// inverse.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace understudy::memory {

/// End of the logistic scale: probabilities within 6e-6 of 0 and 1.
constexpr float kMaxStretched = 12.0f;

inline float clamp_stretched(float x) { return std::min(kMaxStretched, std::max(-kMaxStretched, x)); }

/// Tables of stretch and squash: faster than the library's functions, and equal on every machine.
class Logistic {
 public:
  /// Of a probability in 32 bits, with a resolution of 12 bits.
  static float stretch(uint32_t probability) { return tables_.stretched[probability >> 20]; }

  /// Of a probability in (0, 1), exactly; slow.
  static float exact_stretch(float probability) {
    return clamp_stretched(std::log(probability / (1.0f - probability)));
  }

  /// `x` within ±kMaxStretched.
  static float squash(float x) {
    const float at = (x + kMaxStretched) * kPerUnit;
    const auto below = static_cast<size_t>(at);
    const float* const table = tables_.squashed.data() + below;
    return table[0] + (table[1] - table[0]) * (at - static_cast<float>(below));
  }

 private:
  static constexpr float kPerUnit = 64.0f;
  static constexpr size_t kSteps = static_cast<size_t>(2 * kMaxStretched * kPerUnit);

  struct Tables {
    std::array<float, 4096> stretched;
    /// One entry more than is ever reached, for the interpolation at the end.
    std::array<float, kSteps + 2> squashed;

    Tables() {
      for (size_t i = 0; i < stretched.size(); i++) {
        const double p = (static_cast<double>(i) + 0.5) / static_cast<double>(stretched.size());
        stretched[i] = static_cast<float>(std::log(p / (1.0 - p)));
      }
      for (size_t i = 0; i < squashed.size(); i++)
        squashed[i] = static_cast<float>(1.0 / (1.0 + std::exp(kMaxStretched - static_cast<double>(i) / kPerUnit)));
    }
  };

  // Not local to a function, because that costs a check of its guard at each use.
  static const Tables tables_;
};

inline const Logistic::Tables Logistic::tables_;

/// 22 bits of probability above 10 bits of something else.
using Probability = uint32_t;
constexpr Probability kEven = 1u << 31;

/// Moves a probability towards `bit`.
inline Probability moved(Probability probability, int bit, float rate) {
  const auto p = static_cast<int32_t>(probability >> 10);
  const int32_t target = bit ? (1 << 22) - 1 : 0;
  return static_cast<uint32_t>(p + static_cast<int32_t>(static_cast<float>(target - p) * rate)) << 10;
}

}  // namespace understudy::memory
