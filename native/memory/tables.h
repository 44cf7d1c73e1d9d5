// Tables of the memory: the counts of both kinds of context, and the text itself. The three are independent.
#pragma once

#include <cstddef>

#include "bit_counts.h"
#include "match.h"
#include "successor_counts.h"

namespace understudy::memory {

class Tables {
 public:
  /// Least useful size.
  static constexpr size_t kMinBytes = 1 << 20;
  /// For texts of about `characters` in all, in at most `bytes`.
  Tables(size_t characters, size_t bytes);

  const MatchHistory& history() const { return history_; }
  MatchHistory& history() { return history_; }
  size_t bytes() const { return bytes_; }

  BitCounts& bits() { return bits_; }
  const BitCounts& bits() const { return bits_; }
  SuccessorCounts& successors() { return successors_; }
  const SuccessorCounts& successors() const { return successors_; }

 private:
  /// Division of the bytes.
  struct Plan {
    size_t text, bits, local_bits, successors, local_successors;
    Plan(size_t characters, size_t bytes);
  };
  explicit Tables(const Plan& plan);

  MatchHistory history_;
  BitCounts bits_;
  SuccessorCounts successors_;
  size_t bytes_;
};

}  // namespace understudy::memory
