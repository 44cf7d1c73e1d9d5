// What a judgement has learnt, in a flat form: 16-bit numbers, little-endian, in the order in which its parts are
// visited.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <utility>
#include <vector>

#include "probability.h"

namespace understudy::memory {

/// Visits every part to write it.
class ExperienceWriter {
 public:
  /// `steps`: of a number that make 1.
  void operator()(const std::vector<float>& values, float steps) {
    for (const float value : values) {
      const float stepped = std::round(value * steps);
      put(static_cast<int16_t>(std::min(32767.0f, std::max(-32767.0f, stepped))));
    }
  }
  void operator()(const AdaptiveMap& map) {
    for (size_t i = 0; i < map.size(); i++) put(static_cast<int16_t>(map.known(i)));
  }

  std::vector<uint8_t> take() { return std::move(bytes_); }

 private:
  void put(int16_t number) {
    const auto bits = static_cast<uint16_t>(number);
    bytes_.push_back(static_cast<uint8_t>(bits & 255));
    bytes_.push_back(static_cast<uint8_t>(bits >> 8));
  }

  std::vector<uint8_t> bytes_;
};

/// Visits every part to read it.
class ExperienceReader {
 public:
  explicit ExperienceReader(const std::vector<uint8_t>& bytes) : bytes_(bytes) {}

  void operator()(std::vector<float>& values, float steps) {
    for (float& value : values) value = static_cast<float>(get()) / steps;
  }
  void operator()(AdaptiveMap& map) {
    for (size_t i = 0; i < map.size(); i++) map.know(i, static_cast<uint16_t>(get()));
  }

  /// Throws std::invalid_argument unless all of it has been read.
  void end() const {
    if (at_ != bytes_.size()) refuse();
  }

 private:
  [[noreturn]] static void refuse() {
    throw std::invalid_argument("This experience does not fit this version of the memory.");
  }
  int16_t get() {
    if (at_ + 2 > bytes_.size()) refuse();
    const unsigned bits = bytes_[at_] | static_cast<unsigned>(bytes_[at_ + 1]) << 8;
    at_ += 2;
    return static_cast<int16_t>(bits);
  }

  const std::vector<uint8_t>& bytes_;
  size_t at_ = 0;
};

}  // namespace understudy::memory
