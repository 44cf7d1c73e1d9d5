// Asking for memory before it is read. Addresses that are not there do no harm.
#pragma once

namespace understudy {
namespace {

/// A line that is read soon, into the second-level cache.
inline void prefetch(const char* line) {
#if defined(__GNUC__)
  __builtin_prefetch(line, 0, 2);
#endif
}

/// A line that is written next, into the first-level cache.
inline void prefetch_to_write(const char* line) {
#if defined(__GNUC__)
  __builtin_prefetch(line, 1, 3);
#endif
}

}  // namespace
}  // namespace understudy
