// Everything the memory has counted, and the text itself. The three parts know nothing of each other.
#pragma once

#include <cstddef>

#include "bit_counts.h"
#include "match.h"
#include "successor_counts.h"

namespace understudy::memory {

class Tables {
 public:
  /// The fewest bytes that make sense.
  static constexpr size_t kLeastBytes = 1 << 20;
  /// For texts of about so many characters in all, in at most `bytes`.
  Tables(size_t characters, size_t bytes);

  const Passages& passages() const { return passages_; }
  Passages& passages() { return passages_; }
  size_t bytes() const { return bytes_; }

  BitCounts& bits() { return bits_; }
  const BitCounts& bits() const { return bits_; }
  SuccessorCounts& successors() { return successors_; }
  const SuccessorCounts& successors() const { return successors_; }

 private:
  /// How the bytes are shared out.
  struct Plan {
    size_t text, bits, local_bits, successors, local_successors;
    Plan(size_t characters, size_t bytes);
  };
  explicit Tables(const Plan& plan);

  Passages passages_;
  BitCounts bits_;
  SuccessorCounts successors_;
  size_t bytes_;
};

}  // namespace understudy::memory
