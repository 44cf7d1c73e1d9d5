// Pipeline of layers over chunks of a sequence: (layer, chunk) may run after (layer, chunk − 1) and (layer − 1, chunk).
#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <vector>

namespace understudy {

class Pipeline {
 public:
  Pipeline(size_t layers, size_t chunks) : chunks_(chunks), started_(layers, 0), done_(layers, 0) {}

  /// Called by every thread; runs ready pairs until none is left.
  template <class Run>
  void work(Run run) {
    std::unique_lock<std::mutex> lock(mutex_);
    while (done_.back() < chunks_) {
      const size_t layer = ready_layer();
      if (layer == done_.size()) {
        changed_.wait(lock);
        continue;
      }
      const size_t chunk = started_[layer]++;
      lock.unlock();
      run(layer, chunk);
      lock.lock();
      done_[layer]++;
      changed_.notify_all();
    }
  }

 private:
  /// The highest layer that is ready (so that chunks finish early), or the number of layers.
  size_t ready_layer() const {
    for (size_t layer = done_.size(); layer-- > 0;) {
      const bool idle = started_[layer] == done_[layer] && done_[layer] < chunks_;
      if (idle && (layer == 0 || done_[layer - 1] > done_[layer])) return layer;
    }
    return done_.size();
  }

  const size_t chunks_;
  std::vector<size_t> started_;
  std::vector<size_t> done_;
  std::mutex mutex_;
  std::condition_variable changed_;
};

}  // namespace understudy
