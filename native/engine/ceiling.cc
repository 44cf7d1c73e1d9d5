#include "ceiling.h"

#include <chrono>
#include <cstring>

#include "buffer.h"

namespace understudy {

namespace {

// a [M, K] · b [K, N]: large enough for no edge to matter, small enough for caches to be used as in training.
constexpr size_t kRows = 240, kDepth = 512, kColumns = 1536;

/// One thread's matrices; zeros multiply as fast as anything.
struct Operands {
  explicit Operands(const Kernels& kernels)
      : a(kRows * kDepth / kernels.operand_columns * kPanelBytes),
        b(kDepth * kColumns * kernels.packed_weight_bytes),
        c(kRows * kColumns * sizeof(float)) {
    for (const Buffer* buffer : {&a, &b, &c}) std::memset(buffer->bytes(), 0, buffer->size());
  }
  Buffer a, b, c;
};

}  // namespace

double product_speed(const Kernels& kernels, size_t thread_count, double seconds) {
  using Clock = std::chrono::steady_clock;
  Threads threads(thread_count);
  std::vector<Operands> operands;
  for (size_t i = 0; i < thread_count; i++) operands.emplace_back(kernels);
  size_t products = 0;
  const auto started = Clock::now();
  double elapsed = 0;
  do {
    threads.each([&](size_t thread) {
      const Operands& mine = operands[thread];
      for (int i = 0; i < 8; i++)
        kernels.product({mine.a.bytes(), kRows * kPanelBytes}, kDepth, mine.b.bytes(),
                        {mine.c.floats(), kRows * kPanelFloats}, kColumns, one_segment(kRows), nullptr);
    });
    products += 8 * thread_count;
    elapsed = std::chrono::duration<double>(Clock::now() - started).count();
  } while (elapsed < seconds);
  return 2.0 * kRows * kDepth * kColumns * static_cast<double>(products) / elapsed / 1e9;
}

}  // namespace understudy
