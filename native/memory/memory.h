// What a code base literally says: hashed contexts of many kinds and the longest matches, mixed bit by bit, after the
// "context mixing" of PAQ and lpaq (Mahoney, 2002–2007). It learns as it reads, and predicts without learning.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "judgement.h"
#include "position.h"
#include "tables.h"

namespace understudy::memory {

struct File {
  /// Relative to its workspace, with forward slashes.
  std::string name;
  std::vector<uint8_t> symbols;
};

class Memory {
 public:
  /// For texts of about so many characters in all, in at most `bytes`; what is learnt beyond that replaces what was
  /// worth least. It knows nothing yet, but has `judgement` from elsewhere.
  Memory(size_t characters, size_t bytes, Judgement judgement)
      : tables_(characters, bytes), judgement_(std::move(judgement)) {}

  /// Bytes of its tables.
  size_t bytes() const { return tables_.bytes(); }

  /// Counts what is in the files, and then studies the first of every `study_every`, as `study` does; each in this
  /// order. What is known in the end does not depend on how the threads take turns. False where `is_cancelled`, asked
  /// every now and then on several threads, said so; then the memory is good for nothing.
  bool learn(const std::vector<File>& files, size_t study_every, const std::function<bool()>& is_cancelled);

  /// The text goes on with `symbol`, real or imagined. Nothing is learnt.
  void read(Position& position, uint8_t symbol) const { position.read(tables_.passages(), symbol); }
  /// As `read`; counts what followed, and learns what the counts mean and how to mix opinions. `other`, where not null,
  /// is another expert's prediction [98] here. Returns the bits that `symbol` cost.
  double study(Position& position, uint8_t symbol, const float* other);
  /// Bits that `symbol` would cost here.
  double cost(const Position& position, uint8_t symbol, const float* other) const;
  /// Probabilities [98] of the next symbol: exact for all that matter, rough for those below 1e-4; mixed with another
  /// expert's [98] where `other` is not null.
  void predict(const Position& position, const float* other, float* probabilities) const;

  const Judgement& judgement() const { return judgement_; }

 private:
  struct Descent;

  void descend(const Descent& descent, const BitCounts::Lines& lines, size_t group, size_t node, size_t depth,
               float reached) const;
  void share_out(size_t node, float reached, float* probabilities) const;

  Tables tables_;
  Judgement judgement_;
};

}  // namespace understudy::memory
