// Spinning before parking: a thread that waits for another polls for some microseconds, because to sleep and to be
// woken takes longer; then it parks on a condition variable.
#pragma once

#include <chrono>

#if defined(UNDERSTUDY_X64)
#include <immintrin.h>
#endif

namespace understudy {

/// Longest time to spin: longer than the gaps inside a training step and than the waits of threads with even shares of
/// work; not longer still, because with more threads than processors another thread could run meanwhile.
constexpr auto kSpinTime = std::chrono::microseconds(20);

/// Tells the processor that this is a spin loop.
inline void spin_hint() {
#if defined(UNDERSTUDY_X64)
  _mm_pause();
#elif defined(UNDERSTUDY_ARM64) && defined(__GNUC__)
  __asm__ volatile("isb");
#endif
}

/// Spins until `condition()` holds; false after `kSpinTime`.
template <class Condition>
bool spin_until(Condition condition) {
  constexpr int kPolls = 16;  // between two readings of the clock
  const auto end = std::chrono::steady_clock::now() + kSpinTime;
  do {
    for (int i = 0; i < kPolls; i++) {
      if (condition()) return true;
      spin_hint();
    }
  } while (std::chrono::steady_clock::now() < end);
  return false;
}

}  // namespace understudy
