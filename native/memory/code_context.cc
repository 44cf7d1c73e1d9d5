#include "code_context.h"

#include <algorithm>

#include "core/alphabet.h"

namespace understudy::memory {

namespace {

bool is_of_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}
bool is_quote(char c) { return c == '"' || c == '\''; }
bool is_opener(char c) { return c == '(' || c == '[' || c == '{'; }
bool is_closer(char c) { return c == ')' || c == ']' || c == '}'; }

}  // namespace

CodeContext::CodeContext(const char* name, size_t length) {
  recent_.fill(kLineFeed);
  // The hash of each folder is the file's hash up to its slash.
  for (size_t i = 0; i < length; i++) {
    if (name[i] == '/') folder_ = file_;
    file_ = with(file_, static_cast<unsigned char>(name[i]));
  }
}

uint8_t CodeContext::above(uint32_t right) const {
  const uint32_t at = line_above_start_ + (position_ - line_start_) + right;
  return at < line_start_ && position_ - at <= kRecent ? recent_[at % kRecent] : kLineFeed;
}

void CodeContext::read(uint8_t symbol) {
  const char c = character_of(symbol);
  recent_[position_ % kRecent] = symbol;
  position_++;
  const bool was_code = inside_ == Inside::code;
  read_lexically(c);
  if (is_of_word(c)) {
    word_ = with(word_, static_cast<uint64_t>(c));
  } else {
    if (word_) end_word();
    if (c != ' ') punctuation_ = with(punctuation_, static_cast<uint64_t>(c));
    if (was_code) read_code(c);
  }
  if (c == '\n') return start_line();
  if (is_indenting_ && c == ' ') {
    indentation_++;
    return;
  }
  is_indenting_ = false;
  line_ = with(line_, static_cast<uint64_t>(c));
  if (!first_ && !word_ && c != ' ') first_ = with(1, static_cast<uint64_t>(c));
}

void CodeContext::end_word() {
  words_ = {word_, words_[0], words_[1]};
  if (!first_) first_ = word_;
  word_ = 0;
  punctuation_ = 0;
}

void CodeContext::start_line() {
  line_above_start_ = line_start_;
  line_start_ = position_;
  first_above_ = first_;
  first_ = 0;
  line_ = 0;
  indentation_ = 0;
  is_indenting_ = true;
}

/// Tracks code, strings and comments.
void CodeContext::read_lexically(char c) {
  switch (inside_) {
    case Inside::comment:
      if (c == '\n') inside_ = Inside::code;
      return;
    case Inside::code:
      // A third quote after an empty string.
      if (is_quote(c) && c == quote_ && quotes_ == 2) {
        inside_ = Inside::docstring;
        quotes_ = 0;
      } else if (is_quote(c)) {
        inside_ = Inside::string;
        quote_ = c;
        quotes_ = 1;
      } else {
        quotes_ = 0;
        if (c == '#') inside_ = Inside::comment;
      }
      return;
    default:
      read_string(c);
  }
}

void CodeContext::read_string(char c) {
  if (is_escaped_) {
    is_escaped_ = false;
    quotes_ = 0;
    return;
  }
  is_escaped_ = c == '\\';
  if (inside_ == Inside::string) {
    // Only the quote right after the opening one may be the second of three.
    if (c == quote_) quotes_ = quotes_ == 1 ? 2 : 0;
    if (c == quote_ || c == '\n') inside_ = Inside::code;
    else quotes_ = 0;
    return;
  }
  quotes_ = c == quote_ ? quotes_ + 1 : 0;
  if (quotes_ == 3) {
    inside_ = Inside::code;
    quotes_ = 0;
  }
}

void CodeContext::read_code(char c) {
  if (is_opener(c)) {
    if (depth_ < kMaxDepth) brackets_[depth_] = {words_[0], 0};
    depth_++;
  } else if (is_closer(c)) {
    depth_ -= depth_ > 0;
  } else if (c == ',' && depth_ > 0 && depth_ <= kMaxDepth) {
    brackets_[depth_ - 1].arguments++;
  }
}

size_t CodeContext::place_kind() const {
  const size_t in_word = word_ ? 1 : 0;
  if (inside_ == Inside::comment) return in_word;
  if (inside_ == Inside::docstring) return 2 + in_word;
  if (inside_ == Inside::string) return 4 + in_word;
  if (is_indenting_) return 6;
  if (word_) return 7;
  const char last = character_of(recent(1));
  if (last == ' ') return 8;
  if (last == '.') return 9;
  if (is_opener(last)) return 10;
  return last == ',' || last == ':' || last == '=' ? 11 : 12;
}

}  // namespace understudy::memory
