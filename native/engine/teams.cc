#include "teams.h"

#include <algorithm>

#if defined(UNDERSTUDY_X64)
#include <immintrin.h>
#endif

namespace understudy {

namespace {

/// Looks at a meeting before a thread sleeps: some tens of microseconds, longer than an even share of the work makes
/// anybody wait. Whoever is later has lost its processor to somebody else, and finds that of a thread that sleeps.
constexpr int kLooks = 1000;

void pause() {
#if defined(UNDERSTUDY_X64)
  _mm_pause();
#endif
}

/// Fewest rows of a team, where there are so many.
constexpr size_t kTeamRows = 64;

/// Each thread alone where that pays; else as many teams as have enough rows, all of the same number of threads.
size_t teams_for(const Kernels& kernels, size_t rows, size_t threads) {
  if (rows / threads >= kernels.rows_alone) return threads;
  size_t teams = std::min(std::max<size_t>(1, rows / kTeamRows), threads);
  while (threads % teams != 0) teams--;
  return teams;
}

}  // namespace

Teams::Teams(const Kernels& kernels, size_t rows, size_t units, size_t threads)
    : rows_(rows),
      units_(units),
      teams_(teams_for(kernels, rows, threads)),
      members_(threads / teams_),
      meetings_(teams_) {}

void Teams::meet(size_t thread) {
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
  for (int looks = 0; looks < kLooks; looks++) {
    if (meeting.finished != before) return;
    pause();
  }
  std::unique_lock<std::mutex> lock(meeting.mutex);
  meeting.wake.wait(lock, [&] { return meeting.finished != before; });
}

}  // namespace understudy
