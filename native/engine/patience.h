// Waiting for another thread: what comes within microseconds is looked for, because to sleep and to wake takes longer.
#pragma once

#include <chrono>

#if defined(UNDERSTUDY_X64)
#include <immintrin.h>
#endif

namespace understudy {

/// Longer than the gaps inside a training step and than even shares of work make anybody wait; no longer, because with
/// more threads than processors somebody else could run meanwhile.
constexpr auto kPatience = std::chrono::microseconds(20);

inline void pause() {
#if defined(UNDERSTUDY_X64)
  _mm_pause();
#elif defined(UNDERSTUDY_ARM64) && defined(__GNUC__)
  __asm__ volatile("isb");
#endif
}

/// Gives up after `kPatience`, with false.
template <class Condition>
bool wait_briefly(Condition condition) {
  constexpr int kLooks = 16;  // between two looks at the clock
  const auto end = std::chrono::steady_clock::now() + kPatience;
  do {
    for (int i = 0; i < kLooks; i++) {
      if (condition()) return true;
      pause();
    }
  } while (std::chrono::steady_clock::now() < end);
  return false;
}

}  // namespace understudy
