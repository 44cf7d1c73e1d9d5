#include "match.h"

namespace understudy::memory {

namespace {

size_t power_of_two_from(size_t min) {
  size_t size = 1024;
  while (size < min) size *= 2;
  return size;
}

size_t slots_for(size_t characters) { return std::min<size_t>(power_of_two_from(characters), 1 << 20); }

}  // namespace

size_t MatchHistory::bytes_for(size_t characters) {
  return power_of_two_from(characters) + kMatches * slots_for(characters) * sizeof(uint32_t);
}

MatchHistory::MatchHistory(size_t characters) : text_(power_of_two_from(characters)), mask_(text_.size() - 1) {
  const size_t slots = slots_for(characters);
  for (auto& index : index_) index.resize(slots);
  index_mask_ = slots - 1;
}

uint64_t MatchHistory::find(size_t kind, Hash hash) const {
  // Addresses are stored in 32 bits, plus one, so that 0 means none.
  const uint32_t low = index_[kind][slot(hash)];
  if (low == 0) return end_;
  const uint64_t at = end_ - static_cast<uint32_t>(static_cast<uint32_t>(end_) - (low - 1));
  return has(at) ? at : end_;
}

void MatchHistory::append(const RecentHashes& recent, uint8_t symbol) {
  for (size_t kind = 0; kind < kMatches; kind++) index_[kind][slot(recent[kind])] = static_cast<uint32_t>(end_) + 1;
  text_[end_++ & mask_] = symbol;
}

void Match::search(size_t kind, const MatchHistory& history, const CodeContext& code, Hash hash) {
  if (length_ > 0 && !predicts(history)) length_ = misses_ = 0;
  if (length_ > 0 && misses_ == 0) return;
  const uint64_t found = history.find(kind, hash);
  if (found == history.end() || (length_ > 0 && found == at_)) return;
  uint32_t agreeing = 0;
  const uint32_t max = CodeContext::kRecent;
  while (agreeing < max && agreeing < found && history.has(found - 1 - agreeing) &&
         history.at(found - 1 - agreeing) == code.recent(agreeing + 1))
    agreeing++;
  if (agreeing < kMinLengths[kind] || agreeing <= length_) return;
  at_ = found;
  length_ = agreeing;
  misses_ = 0;
}

void Match::advance(const MatchHistory& history, uint8_t symbol) {
  if (!predicts(history)) {
    length_ = misses_ = 0;
    return;
  }
  const bool agrees = predicted(history) == symbol;
  at_++;
  if (agrees) {
    length_ = std::min(length_ + 1, kMaxLength);
    if (length_ >= 16) misses_ = 0;
  } else if (++misses_ > kMaxMisses) {
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
