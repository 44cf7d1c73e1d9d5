// State of one reading of a text.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "code_context.h"
#include "contexts.h"
#include "match.h"

namespace understudy::memory {

/// Everything that a prediction depends on besides the trained tables. A plain value: a copy of it reads on
/// independently.
struct ContextState {
  /// At the start of the file of this name.
  ContextState(const char* name, size_t length) : code(name, length), recent(recent_at(code)) {}

  /// Moves on by one symbol.
  void advance(const MatchHistory& history, uint8_t symbol) {
    for (Match& match : matches) match.advance(history, symbol);
    code.read(symbol);
    recent = recent_at(code);
    for (size_t kind = 0; kind < kMatches; kind++) matches[kind].search(kind, history, code, recent[kind]);
  }

  CodeContext code;
  RecentHashes recent;
  std::array<Match, kMatches> matches;
};

}  // namespace understudy::memory
