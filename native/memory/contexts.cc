#include "contexts.h"

namespace understudy::memory {

const std::array<size_t, kSuccessorContexts> kShorterContext = {0, 1,  2,  2, 3,  4,  6,  6, 8,
                                                                9, 10, 10, 6, 13, 14, 13, 16};

namespace {

/// Powers of an odd number.
constexpr std::array<Hash, 25> kPowers = [] {
  std::array<Hash, 25> powers{1};
  for (size_t k = 1; k < powers.size(); k++) powers[k] = powers[k - 1] * 0x9e3779b97f4a7c15ull;
  return powers;
}();

/// Hashes of the last k symbols, at index k.
template <size_t Longest>
std::array<Hash, Longest + 1> orders_at(const CodeContext& code) {
  std::array<Hash, Longest + 1> order;
  order[0] = 0;
  // The products are independent of each other, so they overlap.
  for (uint32_t k = 1; k <= Longest; k++) order[k] = order[k - 1] + (code.recent(k) + 1) * kPowers[k];
  return order;
}

/// The current word, and the punctuation since the last one.
Hash prefix_at(const CodeContext& code) { return with(code.word(), code.punctuation()); }

Hash above_at(const CodeContext& code) { return with(code.above(0), code.above(1)); }

/// Makes hashes of different kinds of context differ.
Hash of_kind(size_t number, Hash hash) { return finished(hash + number * 0x8ebc6af09c88c6e3ull); }

}  // namespace

BitHashes bit_contexts_at(const CodeContext& code) {
  const auto order = orders_at<4>(code);
  const Hash word = code.word();
  // Inside a word its beginning, else the last symbol or the punctuation since the last word.
  const Hash word_or_last = with(word, word ? 0 : order[1]);
  BitHashes hashes = {order[1],
                      order[2],
                      order[3],
                      order[4],
                      with(word, word ? 0 : code.punctuation()),
                      with(prefix_at(code), code.words()[0]),
                      with(word_or_last, code.bracket_owner()),
                      with(word_or_last, with(code.indentation(), code.first())),
                      with(above_at(code), code.recent(1)),
                      with(order[2], code.file()),
                      with(order[3], code.file()),
                      with(word_or_last, code.file())};
  for (size_t i = 0; i < kBitContexts; i++) hashes[i] = of_kind(i, hashes[i]);
  return hashes;
}

SuccessorHashes successor_contexts_at(const CodeContext& code) {
  const auto order = orders_at<20>(code);
  const auto& words = code.words();
  const Hash prefix = prefix_at(code);
  const Hash after_two = with(with(prefix, words[0]), words[1]);
  const Hash line = with(code.line(), code.indentation());
  SuccessorHashes hashes = {order[5],
                            order[6],
                            order[8],
                            order[12],
                            order[16],
                            order[20],
                            after_two,
                            with(after_two, words[2]),
                            with(with(prefix, words[1]), 1),
                            with(with(prefix, code.argument_number()), code.bracket_owner()),
                            line,
                            with(line, code.first_above()),
                            with(with(above_at(code), code.above(2)), order[2]),
                            with(order[4], code.folder()),
                            with(prefix, code.folder()),
                            with(order[6], code.folder()),
                            with(order[5], code.file())};
  for (size_t i = 0; i < kSuccessorContexts; i++) hashes[i] = of_kind(kBitContexts + i, hashes[i]);
  return hashes;
}

RecentHashes recent_at(const CodeContext& code) {
  const auto order = orders_at<24>(code);
  return {finished(order[24]), finished(order[12]), finished(order[6])};
}

}  // namespace understudy::memory
