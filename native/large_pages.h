// Memory in large pages where the system has them: what is read all over would otherwise wait for the page tables.
#pragma once

#include <cstddef>
#include <new>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace understudy {

constexpr size_t kLargePage = 2 << 20;

/// Not initialised; aligned to large pages and filling them. @throws std::bad_alloc
inline void* allocate_large_pages(size_t bytes) {
  const size_t whole = (bytes + kLargePage - 1) / kLargePage * kLargePage;
  void* const data = ::operator new(whole, std::align_val_t(kLargePage));
#if defined(__linux__) && defined(MADV_HUGEPAGE)
  madvise(data, whole, MADV_HUGEPAGE);
#endif
  return data;
}

inline void free_large_pages(void* data) { ::operator delete(data, std::align_val_t(kLargePage)); }

}  // namespace understudy
