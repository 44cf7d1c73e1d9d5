#include "teams.h"

#include <algorithm>

#include "patience.h"

namespace understudy {

namespace {

/// How much more the busiest thread may have to do than it must, so that a thread needs fewer weights.
constexpr double kSlack = 1.4;

constexpr size_t parts(size_t whole, size_t part) { return (whole + part - 1) / part; }

/// Each thread alone where that pays; else the fewest teams, all of the same number of threads, that share the work out
/// about as evenly as can be. `groups`: of units, which cannot be divided.
size_t teams_for(const Kernels& kernels, size_t rows, size_t groups, size_t threads) {
  if (rows / threads >= kernels.rows_alone) return threads;
  const auto most_work = [&](size_t teams) { return parts(rows, teams) * parts(groups, threads / teams); };
  size_t least = most_work(1);
  for (size_t teams = 2; teams <= std::min(rows, threads); teams++)
    if (threads % teams == 0) least = std::min(least, most_work(teams));
  for (size_t teams = 1;; teams++)
    if (threads % teams == 0 && most_work(teams) <= kSlack * least) return teams;
}

}  // namespace

Teams::Teams(const Kernels& kernels, size_t rows, size_t units, size_t threads)
    : rows_(rows),
      units_(units),
      teams_(teams_for(kernels, rows, units / kPad, threads)),
      members_(threads / teams_),
      meetings_(teams_) {}

void Teams::meet(size_t thread) const {
  if (members_ == 1) return;
  Meeting& meeting = meetings_[thread / members_];
  const uint32_t before = meeting.finished;
  if (++meeting.arrived == members_) {
    meeting.arrived = 0;
    {
      const std::lock_guard<std::mutex> lock(meeting.mutex);
      meeting.finished++;
    }
    meeting.wake.notify_all();
    return;
  }
  const auto is_over = [&] { return meeting.finished != before; };
  if (wait_briefly(is_over)) return;
  // Whoever is missing has lost its processor to somebody else, and may have this one.
  std::unique_lock<std::mutex> lock(meeting.mutex);
  meeting.wake.wait(lock, is_over);
}

}  // namespace understudy
