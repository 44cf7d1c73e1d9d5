// Where a reader stands in a text.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "code_context.h"
#include "contexts.h"
#include "match.h"

namespace understudy::memory {

/// All that a prediction depends on beside what was learnt. A plain value: copy it to imagine how the text may go on.
struct Position {
  /// At the start of the file of this name.
  Position(const char* name, size_t length) : code(name, length), recent(recent_at(code)) {}

  void read(const Passages& passages, uint8_t symbol) {
    for (Match& match : matches) match.read(passages, symbol);
    code.read(symbol);
    recent = recent_at(code);
    for (size_t kind = 0; kind < kMatches; kind++) matches[kind].look(kind, passages, code, recent[kind]);
  }

  CodeContext code;
  RecentHashes recent;
  std::array<Match, kMatches> matches;
};

}  // namespace understudy::memory
