#pragma once

namespace understudy::memory {

/// What is at `address` will be needed soon.
inline void prefetch(const void* address) {
#if defined(__GNUC__)
  __builtin_prefetch(address);
#else
  (void)address;
#endif
}

}  // namespace understudy::memory
