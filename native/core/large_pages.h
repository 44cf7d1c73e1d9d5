// Allocation in large pages where the system has them: random reads would otherwise wait for the page tables.
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace understudy {

constexpr size_t kLargePage = 2 << 20;

constexpr size_t whole_large_pages(size_t bytes) { return (bytes + kLargePage - 1) / kLargePage * kLargePage; }

#if defined(__linux__)

/// Whole large pages, not initialised. From the system, not from the heap, which the C library does not shrink and
/// which buffers of many sizes would fragment. @throws std::bad_alloc
inline void* allocate_large_pages(size_t bytes) {
  const size_t whole = whole_large_pages(bytes);
  void* const mapped = mmap(nullptr, whole + kLargePage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapped == MAP_FAILED) throw std::bad_alloc();
  char* const start = static_cast<char*>(mapped);
  const size_t before = (kLargePage - reinterpret_cast<uintptr_t>(start) % kLargePage) % kLargePage;
  if (before > 0) munmap(start, before);
  if (before < kLargePage) munmap(start + before + whole, kLargePage - before);
  madvise(start + before, whole, MADV_HUGEPAGE);
  return start + before;
}

inline void free_large_pages(void* data, size_t bytes) { munmap(data, whole_large_pages(bytes)); }

#else

inline void* allocate_large_pages(size_t bytes) {
  return ::operator new(whole_large_pages(bytes), std::align_val_t(kLargePage));
}

inline void free_large_pages(void* data, size_t) { ::operator delete(data, std::align_val_t(kLargePage)); }

#endif

}  // namespace understudy
