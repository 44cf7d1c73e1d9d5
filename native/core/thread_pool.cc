#include "thread_pool.h"

#include "spin_then_park.h"

namespace understudy {

ThreadPool::ThreadPool(size_t count) : count_(count) {
  for (size_t i = 1; i < count; i++) threads_.emplace_back([this, i] { serve(i); });
}

ThreadPool::~ThreadPool() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    stopping_ = true;
    round_++;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void ThreadPool::run_on_all(const std::function<void(size_t)>& work) noexcept {
  if (count_ > 1) {
    std::lock_guard<std::mutex> lock(mutex_);
    work_ = &work;
    running_ = count_ - 1;
    round_++;
  }
  if (count_ > 1) wake_.notify_all();
  work(0);
  if (count_ == 1 || spin_until([this] { return running_ == 0; })) return;
  std::unique_lock<std::mutex> lock(mutex_);
  done_.wait(lock, [this] { return running_ == 0; });
}

void ThreadPool::serve(size_t thread) noexcept {
  uint32_t seen = 0;
  while (true) {
    if (!spin_until([&] { return round_ != seen; })) {
      std::unique_lock<std::mutex> lock(mutex_);
      wake_.wait(lock, [&] { return round_ != seen; });
    }
    seen = round_;
    if (stopping_) return;
    (*work_)(thread);
    std::lock_guard<std::mutex> lock(mutex_);
    if (--running_ == 0) done_.notify_one();
  }
}

void ThreadPool::run_tasks(size_t count, const std::function<void(size_t, size_t)>& work) {
  std::atomic<size_t> next{0};
  run_on_all([&](size_t thread) {
    for (size_t task = next++; task < count; task = next++) work(task, thread);
  });
}

}  // namespace understudy
