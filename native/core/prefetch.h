// Prefetching: asks for a cache line before it is read or written. Addresses outside the process's memory do no harm.
// In an unnamed namespace, because kernels include it (kernels/isa.h).
#pragma once

namespace understudy {
namespace {

/// Into the first-level cache, to be read.
inline void prefetch(const void* address) {
#if defined(__GNUC__)
  __builtin_prefetch(address);
#else
  (void)address;
#endif
}

/// Into the second-level cache, to be read later.
inline void prefetch_early(const void* address) {
#if defined(__GNUC__)
  __builtin_prefetch(address, 0, 2);
#else
  (void)address;
#endif
}

/// Into the first-level cache, to be written.
inline void prefetch_to_write(const void* address) {
#if defined(__GNUC__)
  __builtin_prefetch(address, 1);
#else
  (void)address;
#endif
}

}  // namespace
}  // namespace understudy
