#include "match.h"

namespace understudy::memory {

namespace {

size_t power_of_two_from(size_t least) {
  size_t size = 1024;
  while (size < least) size *= 2;
  return size;
}

size_t places_for(size_t characters) { return std::min<size_t>(power_of_two_from(characters), 1 << 20); }

}  // namespace

size_t Passages::bytes_for(size_t characters) {
  return power_of_two_from(characters) + kMatches * places_for(characters) * sizeof(uint32_t);
}

Passages::Passages(size_t characters) : text_(power_of_two_from(characters)), mask_(text_.size() - 1) {
  const size_t places = places_for(characters);
  for (auto& index : index_) index.resize(places);
  index_mask_ = places - 1;
}

uint64_t Passages::find(size_t kind, Hash hash) const {
  // Addresses are kept in 32 bits, plus one so that 0 is nothing.
  const uint32_t low = index_[kind][place(hash)];
  if (low == 0) return end_;
  const uint64_t at = end_ - static_cast<uint32_t>(static_cast<uint32_t>(end_) - (low - 1));
  return has(at) ? at : end_;
}

void Passages::learn(const RecentHashes& recent, uint8_t symbol) {
  for (size_t kind = 0; kind < kMatches; kind++) index_[kind][place(recent[kind])] = static_cast<uint32_t>(end_) + 1;
  text_[end_++ & mask_] = symbol;
}

void Match::look(size_t kind, const Passages& passages, const CodeContext& code, Hash hash) {
  if (length_ > 0 && !expects(passages)) length_ = misses_ = 0;
  if (length_ > 0 && misses_ == 0) return;
  const uint64_t found = passages.find(kind, hash);
  if (found == passages.end() || (length_ > 0 && found == at_)) return;
  uint32_t agreeing = 0;
  const uint32_t most = CodeContext::kRecent;
  while (agreeing < most && agreeing < found && passages.has(found - 1 - agreeing) &&
         passages.at(found - 1 - agreeing) == code.recent(agreeing + 1))
    agreeing++;
  if (agreeing < kLeastLengths[kind] || agreeing <= length_) return;
  at_ = found;
  length_ = agreeing;
  misses_ = 0;
}

void Match::read(const Passages& passages, uint8_t symbol) {
  if (!expects(passages)) {
    length_ = misses_ = 0;
    return;
  }
  const bool agrees = expected(passages) == symbol;
  at_++;
  if (agrees) {
    length_ = std::min(length_ + 1, kLongest);
    if (length_ >= 16) misses_ = 0;
  } else if (++misses_ > kMostMisses) {
    length_ = misses_ = 0;
  } else {
    length_ = 1;
  }
}

size_t Match::length_step() const {
  static constexpr std::array<uint32_t, kLengths - 1> kStepsAt = {1,  4,  8,  12, 16,  20,  24, 28,
                                                                  32, 40, 48, 64, 100, 200, 400};
  return static_cast<size_t>(std::upper_bound(kStepsAt.begin(), kStepsAt.end(), length_) - kStepsAt.begin());
}

}  // namespace understudy::memory
