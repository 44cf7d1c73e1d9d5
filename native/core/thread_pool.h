// A pool of threads that run one function together. The calling thread is one of them.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace understudy {

class ThreadPool {
 public:
  /// `count` threads in all, the calling thread included.
  explicit ThreadPool(size_t count);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;

  size_t count() const { return count_; }

  /// Runs work(thread) once on every thread, 0 … count − 1, and waits for all of them. Not reentrant. `work` must not
  /// throw: an exception ends the process, because the other threads would go on with data that it unwinds.
  void run_on_all(const std::function<void(size_t)>& work) noexcept;

  /// Runs work(task, thread) for every task, each on the next free thread. The assignment changes from run to run, so
  /// results must not depend on it. `work` must not throw.
  void run_tasks(size_t count, const std::function<void(size_t, size_t)>& work);

 private:
  void serve(size_t thread) noexcept;

  const size_t count_;
  std::vector<std::thread> threads_;
  const std::function<void(size_t)>* work_ = nullptr;
  /// Number of the current call of `run_on_all`; may wrap around.
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
