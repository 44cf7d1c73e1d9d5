// Match model (Mahoney): the longest passage of the trained text that ends like the text being read predicts the symbol
// that followed it. After a mismatch, for example at a changed name, the match goes on in the old passage for a while
// ("recovery").
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

/// Least number of symbols that have to agree for a match of each kind, the longest first.
constexpr std::array<uint32_t, kMatches> kMinLengths = {24, 12, 6};

/// The whole trained text, and an index of its passages by hash. The newest text overwrites the oldest.
class MatchHistory {
 public:
  explicit MatchHistory(size_t characters);
  /// Bytes for a history with room for this many characters.
  static size_t bytes_for(size_t characters);

  /// Number of symbols ever appended; a passage's address is the number of symbols before it.
  uint64_t end() const { return end_; }
  bool has(uint64_t at) const { return at < end_ && end_ - at <= text_.size(); }
  uint8_t at(uint64_t at) const { return text_[at & mask_]; }
  /// Address of the symbol after the latest passage with this hash; `end()` for none.
  uint64_t find(size_t kind, Hash hash) const;
  /// Appends `symbol`; `recent` are the hashes of the symbols before it.
  void append(const RecentHashes& recent, uint8_t symbol);
  size_t bytes() const { return bytes_for(text_.size()); }

 private:
  size_t slot(Hash hash) const { return hash >> 20 & index_mask_; }

  std::vector<uint8_t> text_;
  std::array<std::vector<uint32_t>, kMatches> index_;
  uint64_t mask_;
  size_t index_mask_;
  uint64_t end_ = 0;
};

/// One reading's match of one kind.
class Match {
 public:
  static constexpr size_t kLengths = 16;
  static constexpr uint32_t kMaxMisses = 8;
  static constexpr size_t kStates = kLengths * (kMaxMisses + 1);

  /// Looks for a passage where there is none, or for a better one after a miss.
  void search(size_t kind, const MatchHistory& history, const CodeContext& code, Hash hash);
  /// Compares the predicted symbol with the one that followed.
  void advance(const MatchHistory& history, uint8_t symbol);

  bool predicts(const MatchHistory& history) const { return length_ > 0 && history.has(at_); }
  uint8_t predicted(const MatchHistory& history) const { return history.at(at_); }
  uint32_t misses() const { return misses_; }
  /// Length in steps of growing size, below kLengths.
  size_t length_step() const;
  /// State for a state map, below kStates.
  size_t state() const { return length_step() * (kMaxMisses + 1) + misses_; }

 private:
  static constexpr uint32_t kMaxLength = 400;

  uint64_t at_ = 0;
  uint32_t length_ = 0;
  uint32_t misses_ = 0;
};

}  // namespace understudy::memory
