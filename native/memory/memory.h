// What a code base literally says: hashed contexts of many kinds and the longest matches, mixed bit by bit, after the
// "context mixing" of PAQ and lpaq (Mahoney, 2002–2007). It learns as it reads, and predicts without learning.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "judgement.h"
#include "position.h"
#include "tables.h"

namespace understudy::memory {

class Memory {
 public:
  /// For texts of about so many characters in all, in at most `bytes`; what is learnt beyond that replaces what was worth
  /// least.
  Memory(size_t characters, size_t bytes) : tables_(characters, bytes) {}

  /// Bytes of its tables.
  size_t bytes() const { return tables_.bytes(); }

  /// The text goes on with `symbol`, real or imagined. Nothing is learnt.
  void read(Position& position, uint8_t symbol) const { position.read(tables_.passages(), symbol); }
  /// As `read`, and counts what followed this position: quick, for text that is read once and in masses.
  void skim(Position& position, uint8_t symbol);
  /// As `skim`, and learns what the counts mean and how to mix opinions. `other`, where not null, is another expert's
  /// prediction [98] here. Returns the bits that `symbol` cost.
  double study(Position& position, uint8_t symbol, const float* other);
  /// Bits that `symbol` would cost here.
  double cost(const Position& position, uint8_t symbol, const float* other) const;
  /// Probabilities [98] of the next symbol, mixed with another expert's [98] where `other` is not null.
  void predict(const Position& position, const float* other, float* probabilities) const;

 private:
  using Lines = std::array<BitLine*, kBitContexts>;

  void claim_lines(const Position& position, size_t group, Lines& lines);
  void claim_successors(const Position& position, uint8_t symbol);
  void prefetch(const Position& position, uint8_t symbol) const;
  void finish(Position& position, uint8_t symbol);
  void descend(Evidence& evidence, size_t node, size_t depth, size_t group, float reached, float* probabilities) const;

  Tables tables_;
  Judgement judgement_;
};

}  // namespace understudy::memory
