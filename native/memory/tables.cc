#include "tables.h"

#include <algorithm>

namespace understudy::memory {

namespace {

/// Bytes per character of code, measured on Django: more do not predict better.
constexpr size_t kBitBytes = 36;
constexpr size_t kSuccessorBytes = 20;
/// Smallest table; a small project grows while it is written.
constexpr size_t kMinTable = 4 << 20;
/// Tables of the current file.
constexpr size_t kLocalBits = 6 << 20;
constexpr size_t kLocalSuccessors = 2 << 20;

}  // namespace

/// The text and its index take what they need, up to a quarter; the tables share the rest.
Tables::Plan::Plan(size_t characters, size_t bytes)
    // Twice the text, for what will be typed.
    : text(2 * characters),
      local_bits(std::min(kLocalBits, bytes / 16)),
      local_successors(std::min(kLocalSuccessors, bytes / 32)) {
  while (text > 0 && MatchHistory::bytes_for(text) > bytes / 4) text /= 2;
  const size_t left = bytes - MatchHistory::bytes_for(text) - local_bits - local_successors;
  constexpr size_t kBoth = kBitBytes + kSuccessorBytes;
  bits = std::min(std::max(kMinTable, characters * kBitBytes), left / kBoth * kBitBytes);
  successors = std::min(std::max(kMinTable, characters * kSuccessorBytes), left / kBoth * kSuccessorBytes);
}

Tables::Tables(size_t characters, size_t bytes) : Tables(Plan(characters, bytes)) {}

Tables::Tables(const Plan& plan)
    : history_(plan.text),
      bits_(plan.bits, plan.local_bits),
      successors_(plan.successors, plan.local_successors),
      bytes_(history_.bytes() + bits_.bytes() + successors_.bytes()) {}

}  // namespace understudy::memory
