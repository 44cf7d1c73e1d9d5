#include "tables.h"

#include <algorithm>

namespace understudy::memory {

namespace {

/// Room that a character of code takes, measured on Django: more does not predict better.
constexpr size_t kBitBytes = 36;
constexpr size_t kSuccessorBytes = 20;
/// The smallest tables; a small project grows while it is written.
constexpr size_t kLeast = 4 << 20;
/// For the file that is being read.
constexpr size_t kLocalBits = 6 << 20;
constexpr size_t kLocalSuccessors = 2 << 20;

}  // namespace

/// The text and its index take what they need; the rest goes to the tables in proportion.
Tables::Plan::Plan(size_t characters, size_t bytes) : local_bits(kLocalBits), local_successors(kLocalSuccessors) {
  // As much again for what will be typed, in the power of two that the passages are kept in.
  text = std::min(2 * characters, bytes / 16);
  const size_t taken = Passages::bytes_for(text) + local_bits + local_successors;
  const size_t left = bytes > taken ? bytes - taken : 0;
  bits = std::min(std::max(kLeast, characters * kBitBytes), left / (kBitBytes + kSuccessorBytes) * kBitBytes);
  successors =
      std::min(std::max(kLeast, characters * kSuccessorBytes), left / (kBitBytes + kSuccessorBytes) * kSuccessorBytes);
}

Tables::Tables(size_t characters, size_t bytes) : Tables(Plan(characters, bytes)) {}

Tables::Tables(const Plan& plan)
    : passages_(plan.text),
      bits_(plan.bits),
      local_bits_(plan.local_bits),
      successors_(plan.successors),
      local_successors_(plan.local_successors),
      bytes_(passages_.bytes() + bits_.bytes() + local_bits_.bytes() + successors_.bytes() +
             local_successors_.bytes()) {}

}  // namespace understudy::memory
