// The longest passage of the text learnt so far that ends like the text being read: what followed there follows here
// (Mahoney's "match model"). After a difference, a changed name say, it goes on beside the old passage for a while.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "code_context.h"
#include "contexts.h"
#include "hash.h"

namespace understudy::memory {

/// Symbols that have to agree for a match of each kind, the longest first.
constexpr std::array<uint32_t, kMatches> kLeastLengths = {24, 12, 6};

/// Everything learnt, as one text, and where its passages are. The oldest text gives way to the newest.
class Passages {
 public:
  explicit Passages(size_t characters);
  /// Bytes taken with room for so many characters.
  static size_t bytes_for(size_t characters);

  /// Symbols ever learnt; a passage's address is the number of symbols learnt before it.
  uint64_t end() const { return end_; }
  bool has(uint64_t at) const { return at < end_ && end_ - at <= text_.size(); }
  uint8_t at(uint64_t at) const { return text_[at & mask_]; }
  /// Where something like this went on last; `end()` where nothing is known.
  uint64_t find(size_t kind, Hash hash) const;
  /// What follows the symbols of these hashes is `symbol`.
  void learn(const RecentHashes& recent, uint8_t symbol);
  size_t bytes() const { return bytes_for(text_.size()); }

 private:
  size_t place(Hash hash) const { return hash >> 20 & index_mask_; }

  std::vector<uint8_t> text_;
  std::array<std::vector<uint32_t>, kMatches> index_;
  uint64_t mask_;
  size_t index_mask_;
  uint64_t end_ = 0;
};

/// One match of a reader.
class Match {
 public:
  static constexpr size_t kLengths = 16;
  static constexpr uint32_t kMostMisses = 8;
  static constexpr size_t kStates = kLengths * (kMostMisses + 1);

  /// Finds a passage where there is none, or a better one after a miss.
  void look(size_t kind, const Passages& passages, const CodeContext& code, Hash hash);
  /// The text goes on with `symbol`.
  void read(const Passages& passages, uint8_t symbol);

  bool expects(const Passages& passages) const { return length_ > 0 && passages.has(at_); }
  uint8_t expected(const Passages& passages) const { return passages.at(at_); }
  uint32_t misses() const { return misses_; }
  /// Length, in steps that grow, below kLengths.
  size_t length_step() const;
  size_t state() const { return length_step() * (kMostMisses + 1) + misses_; }

 private:
  static constexpr uint32_t kLongest = 400;

  uint64_t at_ = 0;
  uint32_t length_ = 0;
  uint32_t misses_ = 0;
};

}  // namespace understudy::memory
