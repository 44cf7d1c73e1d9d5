#include "gemm_peak.h"

#include <algorithm>
#include <chrono>
#include <cstring>

#include "buffer.h"

namespace understudy {

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point started) {
  return std::chrono::duration<double>(Clock::now() - started).count();
}

/// a [rows, depth] · b [depth, columns]
struct Size {
  size_t rows, depth, columns;

  double operations() const { return 2.0 * static_cast<double>(rows * depth * columns); }
};

/// Large enough for edges not to matter, small enough to use the caches as training does.
constexpr Size kLarge{240, 512, 1536};
/// Wide enough to amortise the work done once per row of a.
constexpr Size kQuick{48, 256, 512};
constexpr int kQuickTries = 10;

/// One thread's matrices. All are zero: the speed does not depend on the values.
class Product {
 public:
  Product(const Kernels& kernels, const Size& size)
      : kernels_(kernels),
        size_(size),
        a_(size.rows * size.depth / kernels.operand_columns * kPanelBytes),
        b_(size.columns / kPanelFloats * kernels.cells.panel_bytes(size.depth)),
        c_(size.rows * size.columns * sizeof(float)) {
    for (const Buffer* buffer : {&a_, &b_, &c_}) std::memset(buffer->bytes(), 0, buffer->size());
  }

  void multiply() const {
    kernels_.cells.multiply({a_.bytes(), size_.rows * kPanelBytes}, size_.depth, b_.bytes(),
                            {c_.floats(), size_.rows * kPanelFloats}, size_.columns, one_segment(size_.rows), nullptr);
  }

 private:
  const Kernels& kernels_;
  const Size size_;
  Buffer a_, b_, c_;
};

}  // namespace

double gemm_peak(const Kernels& kernels, size_t thread_count, double seconds) {
  ThreadPool pool(thread_count);
  std::vector<Product> products;
  for (size_t i = 0; i < thread_count; i++) products.emplace_back(kernels, kLarge);
  size_t done = 0;
  const auto started = Clock::now();
  double elapsed = 0;
  do {
    pool.run_on_all([&](size_t thread) {
      for (int i = 0; i < 8; i++) products[thread].multiply();
    });
    done += 8 * thread_count;
    elapsed = seconds_since(started);
  } while (elapsed < seconds);
  return kLarge.operations() * static_cast<double>(done) / elapsed / 1e9;
}

double quick_gemm_speed(const Kernels& kernels) {
  const Product product(kernels, kQuick);
  double least = 1;
  for (int i = 0; i < kQuickTries; i++) {
    const auto started = Clock::now();
    product.multiply();
    least = std::min(least, seconds_since(started));
  }
  return kQuick.operations() / least / 1e9;
}

}  // namespace understudy
