// Division of the recurrence over a minibatch among threads. A group of threads computes some rows of the minibatch,
// and each of its threads some units of every layer, so that a thread reads only a part of the weights. Threads of
// different groups never wait for each other; those of one group meet at a barrier twice a step, because a product
// needs all units of its left operand.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <vector>

#include "core/thread_pool.h"
#include "kernels/kernels.h"

namespace understudy {

class ThreadGroups {
 public:
  /// `units`: of a layer, padded.
  ThreadGroups(const Kernels& kernels, size_t rows, size_t units, size_t threads);

  /// Rows of the thread's group (at least one).
  Share rows_of(size_t thread) const { return share_of(rows_, groups_, thread / members_); }
  /// Units of the thread itself (possibly none).
  Share units_of(size_t thread) const {
    const Share parts = share_of(units_ / kPad, members_, thread % members_);
    return {parts.begin * kPad, parts.end * kPad};
  }
  /// The thread's share of its group's rows, for work that needs no other thread.
  Share own_rows_of(size_t thread) const {
    const Share group = rows_of(thread);
    const Share own = share_of(group.size(), members_, thread % members_);
    return {group.begin + own.begin, group.begin + own.end};
  }
  size_t max_rows() const { return (rows_ + groups_ - 1) / groups_; }
  size_t max_units() const { return (units_ / kPad + members_ - 1) / members_ * kPad; }

  /// Waits until every thread of the group has arrived.
  void barrier(size_t thread) const;

 private:
  struct Barrier {
    alignas(64) std::atomic<uint32_t> arrived{0};
    alignas(64) std::atomic<uint32_t> finished{0};
    std::mutex mutex;
    std::condition_variable wake;
  };

  const size_t rows_;
  const size_t units_;
  const size_t groups_;
  /// Threads of one group.
  const size_t members_;
  mutable std::vector<Barrier> barriers_;
};

}  // namespace understudy
