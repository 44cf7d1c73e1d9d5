#include "thread_groups.h"

#include <algorithm>

#include "core/spin_then_park.h"

namespace understudy {

namespace {

/// Largest accepted load imbalance: the busiest thread's work over the least possible. Up to this, fewer groups are
/// better, since their threads read fewer weights.
constexpr double kMaxImbalance = 1.4;

constexpr size_t parts(size_t whole, size_t part) { return (whole + part - 1) / part; }

/// Number of groups: one per thread where each has enough rows; else the fewest, all of the same size, within
/// kMaxImbalance. `unit_blocks`: blocks of kPad units, which cannot be divided.
size_t group_count(const Kernels& kernels, size_t rows, size_t unit_blocks, size_t threads) {
  if (rows / threads >= kernels.min_rows_per_thread) return threads;
  const auto max_work = [&](size_t groups) { return parts(rows, groups) * parts(unit_blocks, threads / groups); };
  size_t least = max_work(1);
  for (size_t groups = 2; groups <= std::min(rows, threads); groups++)
    if (threads % groups == 0) least = std::min(least, max_work(groups));
  for (size_t groups = 1;; groups++)
    if (threads % groups == 0 && max_work(groups) <= kMaxImbalance * least) return groups;
}

}  // namespace

ThreadGroups::ThreadGroups(const Kernels& kernels, size_t rows, size_t units, size_t threads)
    : rows_(rows),
      units_(units),
      groups_(group_count(kernels, rows, units / kPad, threads)),
      members_(threads / groups_),
      barriers_(groups_) {}

void ThreadGroups::barrier(size_t thread) const {
  if (members_ == 1) return;
  Barrier& barrier = barriers_[thread / members_];
  const uint32_t before = barrier.finished;
  if (++barrier.arrived == members_) {
    barrier.arrived = 0;
    {
      const std::lock_guard<std::mutex> lock(barrier.mutex);
      barrier.finished++;
    }
    barrier.wake.notify_all();
    return;
  }
  const auto is_over = [&] { return barrier.finished != before; };
  if (spin_until(is_over)) return;
  // Park: the missing thread has lost its processor to another process, and may take this thread's.
  std::unique_lock<std::mutex> lock(barrier.mutex);
  barrier.wake.wait(lock, is_over);
}

}  // namespace understudy
