// Everything the memory has counted: one place for the four hash tables and the text itself.
#pragma once

#include <array>
#include <cstddef>

#include "bit_table.h"
#include "contexts.h"
#include "match.h"
#include "successor_table.h"

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

  BitTable& bits(size_t context) { return is_local_bit(context) ? local_bits_ : bits_; }
  const BitTable& bits(size_t context) const { return is_local_bit(context) ? local_bits_ : bits_; }
  SuccessorTable& successors(size_t context) { return is_local_successor(context) ? local_successors_ : successors_; }
  const SuccessorTable& successors(size_t context) const {
    return is_local_successor(context) ? local_successors_ : successors_;
  }

 private:
  static bool is_local_bit(size_t context) { return context >= kBitContexts - kLocalBitContexts; }
  static bool is_local_successor(size_t context) { return context >= kSuccessorContexts - kLocalSuccessorContexts; }

  /// How the bytes are shared out.
  struct Plan {
    size_t text, bits, local_bits, successors, local_successors;
    Plan(size_t characters, size_t bytes);
  };
  explicit Tables(const Plan& plan);

  Passages passages_;
  BitTable bits_;
  BitTable local_bits_;
  SuccessorTable successors_;
  SuccessorTable local_successors_;
  size_t bytes_;
};

}  // namespace understudy::memory
