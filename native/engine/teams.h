// How threads share the recurrence over a minibatch. A team computes some rows of the minibatch, and each of its
// threads some units of every layer, so that its part of the weights is small. Threads of different teams never wait
// for each other; those of one team meet twice a step, because a product needs all units of what it multiplies.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <vector>

#include "../kernels/kernels.h"
#include "threads.h"

namespace understudy {

class Teams {
 public:
  /// `units`: of a layer, padded.
  Teams(const Kernels& kernels, size_t rows, size_t units, size_t threads);

  /// Rows of the thread's team, of which there are some, and its own units, of which there may be none.
  Share rows_of(size_t thread) const { return share_of(rows_, teams_, thread / members_); }
  Share units_of(size_t thread) const {
    const Share parts = share_of(units_ / kPad, members_, thread % members_);
    return {parts.begin * kPad, parts.end * kPad};
  }
  /// The thread's share of its team's rows, for work that needs no other thread.
  Share own_rows_of(size_t thread) const {
    const Share team = rows_of(thread);
    const Share own = share_of(team.size(), members_, thread % members_);
    return {team.begin + own.begin, team.begin + own.end};
  }
  size_t most_rows() const { return (rows_ + teams_ - 1) / teams_; }
  size_t most_units() const { return (units_ / kPad + members_ - 1) / members_ * kPad; }

  /// Waits until every thread of the team has come here.
  void meet(size_t thread) const;

 private:
  struct Meeting {
    alignas(64) std::atomic<uint32_t> arrived{0};
    alignas(64) std::atomic<uint32_t> finished{0};
    std::mutex mutex;
    std::condition_variable wake;
  };

  const size_t rows_;
  const size_t units_;
  const size_t teams_;
  const size_t members_;
  mutable std::vector<Meeting> meetings_;
};

}  // namespace understudy
