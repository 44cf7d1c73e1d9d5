// Hash tables of fixed size: a context's slot is found by its hash, and the least worthy slot makes room for a new one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <type_traits>
#include <utility>

#include "../large_pages.h"
#include "../prefetch.h"
#include "hash.h"

namespace understudy::memory {

/// Zeroed memory in large pages: slots are read all over the table.
template <class T>
class LargeArray {
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);

 public:
  explicit LargeArray(size_t count)
      : count_(count), data_(static_cast<T*>(allocate_large_pages(count * sizeof(T))), Free{count * sizeof(T)}) {
    std::memset(static_cast<void*>(data_.get()), 0, count * sizeof(T));
  }

  size_t size() const { return count_; }
  T& operator[](size_t index) { return data_.get()[index]; }
  const T& operator[](size_t index) const { return data_.get()[index]; }

 private:
  struct Free {
    size_t bytes;
    void operator()(T* data) const { free_large_pages(data, bytes); }
  };

  size_t count_;
  std::unique_ptr<T, Free> data_;
};

/// `Slot`: `check` (0: empty), `worth()`, and `fade(newcomer)` for slots beside one that was replaced, so that what was
/// worth much long ago goes at last.
template <class Slot>
class SlotTable {
 public:
  explicit SlotTable(size_t bytes) : buckets_(bytes / kCacheLine ? bytes / kCacheLine : 1), slots_(buckets_ * kWays) {}

  size_t bytes() const { return slots_.size() * sizeof(Slot); }
  void prefetch(Hash hash) const { understudy::prefetch(&slots_[bucket(hash)]); }

  /// nullptr where the context is not known.
  const Slot* find(Hash hash) const {
    const Slot* const slots = &slots_[bucket(hash)];
    const uint16_t check = check_of(hash);
    // Looks at every slot: a way out in between would be guessed wrong half the time.
    const Slot* found = nullptr;
    for (size_t way = 0; way < kWays; way++) found = slots[way].check == check ? &slots[way] : found;
    return found;
  }
  Slot* find(Hash hash) { return const_cast<Slot*>(std::as_const(*this).find(hash)); }

  /// A blank slot for a context that is not known.
  Slot& replace(Hash hash) {
    Slot* const slots = &slots_[bucket(hash)];
    size_t least = 0;
    for (size_t way = 1; way < kWays; way++)
      if (slots[way].worth() < slots[least].worth()) least = way;
    for (size_t way = 0; way < kWays; way++)
      if (way != least) slots[way].fade(hash);
    slots[least] = kBlank;
    slots[least].check = check_of(hash);
    return slots[least];
  }

  /// The context's slot, a blank one where it was not known.
  Slot& claim(Hash hash) {
    Slot* const found = find(hash);
    return found ? *found : replace(hash);
  }

 private:
  static constexpr size_t kCacheLine = 64;
  static constexpr size_t kWays = kCacheLine / sizeof(Slot);
  static constexpr Slot kBlank{};

  size_t bucket(Hash hash) const { return ((hash >> 32) * buckets_ >> 32) * kWays; }
  static uint16_t check_of(Hash hash) {
    const auto check = static_cast<uint16_t>(hash);
    return check ? check : 1;
  }

  size_t buckets_;
  LargeArray<Slot> slots_;
};

}  // namespace understudy::memory
