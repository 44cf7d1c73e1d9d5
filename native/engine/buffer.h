// Buffers aligned to cache lines, large ones in large pages; not initialised. Tests can have them filled with NaN,
// which then shows in every result that depends on an unwritten element.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>

#include "core/large_pages.h"

namespace understudy {

inline std::atomic<bool> poison_fresh_buffers{false};

class Buffer {
 public:
  Buffer() = default;
  explicit Buffer(size_t bytes) : bytes_(bytes) {
    if (bytes == 0) return;
    data_ = static_cast<char*>(bytes < kLargePage ? ::operator new(bytes, kAlignment) : allocate_large_pages(bytes));
    // All bits set is NaN in fp32 and in bf16.
    if (poison_fresh_buffers) std::memset(data_, 0xff, bytes);
  }
  Buffer(Buffer&& other) noexcept { swap(other); }
  Buffer& operator=(Buffer&& other) noexcept {
    swap(other);
    return *this;
  }
  ~Buffer() {
    if (bytes_ >= kLargePage) free_large_pages(data_, bytes_);
    else if (data_) ::operator delete(data_, kAlignment);
  }

  char* bytes() const { return data_; }
  float* floats() const { return reinterpret_cast<float*>(data_); }
  size_t size() const { return bytes_; }

 private:
  static constexpr std::align_val_t kAlignment{64};

  void swap(Buffer& other) {
    std::swap(data_, other.data_);
    std::swap(bytes_, other.bytes_);
  }

  char* data_ = nullptr;
  size_t bytes_ = 0;
};

inline Buffer float_buffer(size_t count) { return Buffer(count * sizeof(float)); }

inline Buffer zeroed_floats(size_t count) {
  Buffer buffer(count * sizeof(float));
  if (count) std::memset(buffer.bytes(), 0, buffer.size());
  return buffer;
}

}  // namespace understudy
