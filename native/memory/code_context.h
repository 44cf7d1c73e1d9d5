// Features of the place where a reader is in a piece of Python, from which contexts.cc builds contexts.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "hash.h"

namespace understudy::memory {

/// Feature extractor that follows a text symbol by symbol: strings with their quotes, comments, brackets, words
/// (identifiers, numbers and words of prose alike) and lines. Not a lexer: it guesses, and is never wrong for long.
class CodeContext {
 public:
  /// At the start of the file of this name (relative to its workspace, with forward slashes).
  explicit CodeContext(const char* name, size_t length);

  void read(uint8_t symbol);

  /// Number of symbols read.
  uint32_t position() const { return position_; }
  /// The symbol `back` places before, 1 the last; line feeds before the text's start. `back` ≤ kRecent.
  uint8_t recent(uint32_t back) const { return recent_[(position_ - back) % kRecent]; }
  static constexpr uint32_t kRecent = 256;
  /// The symbol in the line above, `right` columns to the right of here; a line feed where that line is shorter.
  uint8_t above(uint32_t right) const;

  Hash file() const { return file_; }
  Hash folder() const { return folder_; }

  /// The current word, 0 between words; and the words before it, the nearest first.
  Hash word() const { return word_; }
  const std::array<Hash, 3>& words() const { return words_; }
  /// Symbols between the last word and here, without spaces.
  Hash punctuation() const { return punctuation_; }

  /// The current line up to here, without its indentation.
  Hash line() const { return line_; }
  uint32_t indentation() const { return indentation_; }
  /// The first word of this line, or its first symbol; 0 before it is complete. And that of the line above.
  Hash first() const { return first_; }
  Hash first_above() const { return first_above_; }

  /// The word before the innermost open bracket; where none is open, the line's first word.
  Hash bracket_owner() const { return depth_ ? innermost().owner : first_; }
  /// Number of commas since that bracket; where none is open, the last word.
  Hash argument_number() const { return depth_ ? innermost().arguments : words_[0]; }

  /// Kind of this place (in a comment, a string, a word, after a dot …), below kPlaceKinds.
  size_t place_kind() const;
  static constexpr size_t kPlaceKinds = 13;

 private:
  enum class Inside : uint8_t { code, string, docstring, comment };

  struct Bracket {
    Hash owner;
    uint32_t arguments;
  };
  static constexpr size_t kMaxDepth = 24;

  const Bracket& innermost() const { return brackets_[(depth_ < kMaxDepth ? depth_ : kMaxDepth) - 1]; }
  void read_lexically(char character);
  void read_string(char character);
  void read_code(char character);
  void end_word();
  void start_line();

  std::array<uint8_t, kRecent> recent_;
  std::array<Bracket, kMaxDepth> brackets_{};
  std::array<Hash, 3> words_{};
  Hash file_ = 0;
  Hash folder_ = 0;
  Hash word_ = 0;
  Hash punctuation_ = 0;
  Hash line_ = 0;
  Hash first_ = 0;
  Hash first_above_ = 0;
  uint32_t position_ = 0;
  uint32_t line_start_ = 0;
  uint32_t line_above_start_ = 0;
  uint32_t indentation_ = 0;
  uint32_t depth_ = 0;
  Inside inside_ = Inside::code;
  char quote_ = 0;
  /// Number of equal quotes just before here that may begin or end a docstring.
  uint8_t quotes_ = 0;
  bool is_escaped_ = false;
  bool is_indenting_ = true;
};

}  // namespace understudy::memory
