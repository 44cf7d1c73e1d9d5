// A few threads that wait for work together. The caller is one of them.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace understudy {

class Threads {
 public:
  /// `count` threads in all, the caller of `each` included.
  explicit Threads(size_t count);
  ~Threads();
  Threads(const Threads&) = delete;

  size_t count() const { return count_; }

  /// Runs work(thread) once on every thread, 0 … count − 1, and waits for all of them. Not reentrant.
  void each(const std::function<void(size_t)>& work);

  /// Runs work(task, thread) for every task, each on the next thread that is free. Which thread takes which task
  /// changes from run to run: tasks must not care.
  void tasks(size_t count, const std::function<void(size_t, size_t)>& work);

 private:
  void serve(size_t thread);

  const size_t count_;
  std::vector<std::thread> threads_;
  const std::function<void(size_t)>* work_ = nullptr;
  /// Counts the calls of `each`; odd sizes do not matter, only that it changed.
  std::atomic<uint32_t> round_{0};
  std::atomic<size_t> running_{0};
  std::atomic<bool> stopping_{false};
  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable done_;
};

/// Part `index` of `count` about equal parts of `total`.
struct Share {
  size_t begin;
  size_t end;
  size_t size() const { return end - begin; }
};
inline Share share_of(size_t total, size_t count, size_t index) {
  return {total * index / count, total * (index + 1) / count};
}

}  // namespace understudy
