// The alphabet of 98 symbols, as in src/python/alphabet.ts: 0 unknown, 1 tab, 2 … 96 the printable characters of ASCII
// (32 … 126), 97 line feed. test/engine/native/alphabet.test.ts compares the two.
#pragma once

#include <cstddef>
#include <cstdint>

#include "inline.h"

namespace understudy {

constexpr size_t kAlphabetSize = 98;

constexpr uint8_t kUnknown = 0;
constexpr uint8_t kTab = 1;
constexpr uint8_t kLineFeed = 97;

constexpr char kFirstPrintable = 32;
constexpr char kLastPrintable = 126;
/// Code of a printable character minus its symbol.
constexpr int kPrintableOffset = 30;

/// Character that stands for the unknown symbol: DEL, which no text has.
constexpr char kUnknownCharacter = 127;

/// Symbol of one character; carriage returns are unknown here, as in TypeScript.
UNDERSTUDY_ALWAYS_INLINE constexpr uint8_t symbol_of(char character) {
  if (character >= kFirstPrintable && character <= kLastPrintable)
    return static_cast<uint8_t>(character - kPrintableOffset);
  if (character == '\n') return kLineFeed;
  return character == '\t' ? kTab : kUnknown;
}

/// Character of one symbol.
UNDERSTUDY_ALWAYS_INLINE constexpr char character_of(uint8_t symbol) {
  if (symbol == kLineFeed) return '\n';
  if (symbol == kTab) return '\t';
  return symbol == kUnknown ? kUnknownCharacter : static_cast<char>(symbol + kPrintableOffset);
}

static_assert(character_of(kLineFeed - 1) == kLastPrintable && kLineFeed + 1 == kAlphabetSize);

}  // namespace understudy
