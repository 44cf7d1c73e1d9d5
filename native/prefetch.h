// Asking for memory before it is touched. Addresses that are not there do no harm. In an unnamed namespace, because
// kernels include it (kernels/isa.h).
#pragma once

namespace understudy {
namespace {

/// What is read soon, into the first-level cache.
inline void prefetch(const void* address) {
#if defined(__GNUC__)
  __builtin_prefetch(address);
#else
  (void)address;
#endif
}

/// What is read later, into the second-level cache.
inline void prefetch_early(const void* address) {
#if defined(__GNUC__)
  __builtin_prefetch(address, 0, 2);
#else
  (void)address;
#endif
}

/// What is written soon, into the first-level cache.
inline void prefetch_to_write(const void* address) {
#if defined(__GNUC__)
  __builtin_prefetch(address, 1);
#else
  (void)address;
#endif
}

}  // namespace
}  // namespace understudy
