// What a probability has really meant in each of some situations: a curve over the logistic scale, learnt ("secondary
// symbol estimation" or "adaptive probability map" in PAQ).
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "../prefetch.h"
#include "probability.h"

namespace understudy::memory {

class Refiner {
 public:
  /// A place on a situation's curve.
  struct Place {
    size_t below;
    float share;
  };

  explicit Refiner(size_t situations) {
    points_.reserve(situations * kPoints);
    for (size_t i = 0; i < situations * kPoints; i++)
      points_.push_back(Logistic::squash(static_cast<float>(i % kPoints) / kPerUnit - kEnd));
  }

  /// Of a curve that will be asked for soon: they are too many to lie near.
  void prefetch(size_t situation) const {
    for (size_t i = 0; i < kPoints; i += kPerCacheLine) understudy::prefetch(&points_[situation * kPoints + i]);
  }
  Place place(size_t situation, float stretched) const {
    const float at = (std::min(kEnd - 0.001f, std::max(-kEnd, stretched)) + kEnd) * kPerUnit;
    const auto below = static_cast<size_t>(at);
    return {situation * kPoints + below, at - static_cast<float>(below)};
  }
  float probability(Place place) const {
    return points_[place.below] * (1 - place.share) + points_[place.below + 1] * place.share;
  }
  void learn(Place place, int bit) {
    const auto target = static_cast<float>(bit);
    points_[place.below] += (target - points_[place.below]) * (1 - place.share) * kRate;
    points_[place.below + 1] += (target - points_[place.below + 1]) * place.share * kRate;
  }

  /// Of all curves.
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
