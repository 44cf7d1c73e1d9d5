// Pretrained weights of a mixing network: 16-bit numbers, little-endian, in the order in which its parts are visited.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <utility>
#include <vector>

#include "state_map.h"

namespace understudy::memory {

/// Visitor that writes every part.
class PretrainedWriter {
 public:
  /// `inverse_scale`: integer steps per unit of a number.
  void operator()(const std::vector<float>& values, float inverse_scale) {
    for (const float value : values) {
      const float scaled = std::round(value * inverse_scale);
      put(static_cast<int16_t>(std::min(32767.0f, std::max(-32767.0f, scaled))));
    }
  }
  void operator()(const StateMap& map) {
    for (size_t i = 0; i < map.size(); i++) put(static_cast<int16_t>(map.probability16(i)));
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

/// Visitor that reads every part.
class PretrainedReader {
 public:
  explicit PretrainedReader(const std::vector<uint8_t>& bytes) : bytes_(bytes) {}

  void operator()(std::vector<float>& values, float inverse_scale) {
    for (float& value : values) value = static_cast<float>(get()) / inverse_scale;
  }
  void operator()(StateMap& map) {
    for (size_t i = 0; i < map.size(); i++) map.load(i, static_cast<uint16_t>(get()));
  }

  /// @throws std::invalid_argument unless all bytes have been read
  void end() const {
    if (at_ != bytes_.size()) refuse();
  }

 private:
  [[noreturn]] static void refuse() {
    throw std::invalid_argument("These pretrained weights do not fit this version of the memory.");
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
