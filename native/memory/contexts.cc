#include "contexts.h"

namespace understudy::memory {

const std::array<size_t, kSuccessorContexts> kShorter = {0, 1,  2,  2, 3,  4,  6,  6, 8,
                                                              9, 10, 10, 6, 13, 14, 13, 16};

ContextHashes contexts_at(const CodeContext& code) {
  // order[k]: the last k symbols.
  constexpr size_t kLongest = 24;
  std::array<Hash, kLongest + 1> order{};
  for (uint32_t k = 1; k <= kLongest; k++) {
    order[k] = (order[k - 1] + code.recent(k) + 1) * 0x9e3779b97f4a7c15ull;
    order[k] ^= order[k] >> 29;
  }
  const auto& words = code.words();
  const Hash word = code.word();
  // Inside a word the word so far, else the last symbol or what stood since the last word.
  const Hash word_or_last = with(word, word ? 0 : order[1]);
  const Hash prefix = with(word, code.punctuation());
  const Hash after_one = with(prefix, words[0]);
  const Hash after_two = with(after_one, words[1]);
  const Hash line = with(code.line(), code.indentation());
  const Hash above = with(code.above(0), code.above(1));

  ContextHashes hashes;
  hashes.bit = {order[1],
                order[2],
                order[3],
                order[4],
                with(word, word ? 0 : code.punctuation()),
                after_one,
                with(word_or_last, code.owner()),
                with(word_or_last, with(code.indentation(), code.first())),
                with(above, code.recent(1)),
                with(order[2], code.file()),
                with(order[3], code.file()),
                with(word_or_last, code.file())};
  hashes.successor = {order[5],
                      order[6],
                      order[8],
                      order[12],
                      order[16],
                      order[20],
                      after_two,
                      with(after_two, words[2]),
                      with(with(prefix, words[1]), 1),
                      with(with(prefix, code.argument()), code.owner()),
                      line,
                      with(line, code.first_above()),
                      with(with(above, code.above(2)), order[2]),
                      with(order[4], code.folder()),
                      with(prefix, code.folder()),
                      with(order[6], code.folder()),
                      with(order[5], code.file())};
  for (size_t i = 0; i < kBitContexts; i++) hashes.bit[i] = finished(hashes.bit[i] + i * 0x8ebc6af09c88c6e3ull);
  for (size_t i = 0; i < kSuccessorContexts; i++)
    hashes.successor[i] = finished(hashes.successor[i] + (kBitContexts + i) * 0x8ebc6af09c88c6e3ull);
  hashes.recent = {finished(order[6]), finished(order[12]), finished(order[24])};
  return hashes;
}

}  // namespace understudy::memory
