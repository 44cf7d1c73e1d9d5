// Adaptive probability map (PAQ's APM, also "secondary symbol estimation"): for each of some contexts a curve over the
// logistic scale, learnt, from the mixed probability to the one that it has turned out to mean.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "core/prefetch.h"
#include "probability.h"

namespace understudy::memory {

class Apm {
 public:
  /// A place on a context's curve: a share of the way from point `below` to the next.
  struct Place {
    size_t below;
    float share;
  };

  /// Every curve starts as the identity.
  explicit Apm(size_t contexts) {
    points_.reserve(contexts * kPoints);
    for (size_t i = 0; i < contexts * kPoints; i++)
      points_.push_back(Logistic::squash(static_cast<float>(i % kPoints) / kPerUnit - kEnd));
  }

  /// Prefetches a context's curve: together they are larger than the caches.
  void prefetch(size_t context) const {
    for (size_t i = 0; i < kPoints; i += kPerCacheLine) understudy::prefetch(&points_[context * kPoints + i]);
  }
  Place place(size_t context, float stretched) const {
    const float at = (std::min(kEnd - 0.001f, std::max(-kEnd, stretched)) + kEnd) * kPerUnit;
    const auto below = static_cast<size_t>(at);
    return {context * kPoints + below, at - static_cast<float>(below)};
  }
  float probability(Place place) const {
    return points_[place.below] * (1 - place.share) + points_[place.below + 1] * place.share;
  }
  void update(Place place, int bit) {
    const auto target = static_cast<float>(bit);
    points_[place.below] += (target - points_[place.below]) * (1 - place.share) * kRate;
    points_[place.below + 1] += (target - points_[place.below + 1]) * place.share * kRate;
  }

  /// Points of all curves.
  const std::vector<float>& points() const { return points_; }
  std::vector<float>& points() { return points_; }

 private:
  static constexpr float kEnd = 8;
  static constexpr float kPerUnit = 2;
  static constexpr size_t kPoints = 33;
  static constexpr size_t kPerCacheLine = 64 / sizeof(float);
  static constexpr float kRate = 1.0f / 60;

  std::vector<float> points_;
};

}  // namespace understudy::memory
