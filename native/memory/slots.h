// Hash tables of fixed size, after lpaq's: a context's slot is found by its hash, and a new context replaces the slot
// of least priority in its bucket.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <type_traits>
#include <utility>

#include "core/large_pages.h"
#include "core/prefetch.h"
#include "hash.h"

namespace understudy::memory {

/// Zeroed array in large pages, because slots are read at random.
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

/// `Slot`: `check` (0: empty), `priority()`, and `age(newcomer)`, called on the other slots of a bucket at a
/// replacement, so that old slots go at last.
template <class Slot>
class SlotTable {
 public:
  explicit SlotTable(size_t bytes) : buckets_(bytes / kCacheLine ? bytes / kCacheLine : 1), slots_(buckets_ * kWays) {}

  size_t bytes() const { return slots_.size() * sizeof(Slot); }
  void prefetch(Hash hash) const { understudy::prefetch(&slots_[bucket(hash)]); }

  /// The context's slot, or null.
  const Slot* find(Hash hash) const {
    const Slot* const slots = &slots_[bucket(hash)];
    const uint16_t check = check_of(hash);
    // Looks at every slot: an early exit would be mispredicted half the time.
    const Slot* found = nullptr;
    for (size_t way = 0; way < kWays; way++) found = slots[way].check == check ? &slots[way] : found;
    return found;
  }
  Slot* find(Hash hash) { return const_cast<Slot*>(std::as_const(*this).find(hash)); }

  /// Replaces a slot by a blank one for an unknown context.
  Slot& replace(Hash hash) {
    Slot* const slots = &slots_[bucket(hash)];
    size_t lowest = 0;
    for (size_t way = 1; way < kWays; way++)
      if (slots[way].priority() < slots[lowest].priority()) lowest = way;
    for (size_t way = 0; way < kWays; way++)
      if (way != lowest) slots[way].age(hash);
    slots[lowest] = kBlank;
    slots[lowest].check = check_of(hash);
    return slots[lowest];
  }

  /// The context's slot, a blank one for an unknown context.
  Slot& find_or_replace(Hash hash) {
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
