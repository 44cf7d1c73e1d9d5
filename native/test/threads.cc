// Exercises everything that runs on several threads, for ThreadSanitizer (sanitize-driver.sh): training by several
// groups of threads, inference by a pipeline of layers and by two callers at once, looking back, and the training of a
// memory with its cancellation. Also compares the results with those of one thread.
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include "core/alphabet.h"
#include "engine/dispatch.h"
#include "engine/predictor.h"
#include "engine/trainer.h"
#include "kernels/isa.h"
#include "memory/memory.h"

using namespace understudy;

#if defined(UNDERSTUDY_X64)
/// Stands in for the AVX-512 table, whose compilation with sanitizers takes minutes.
const Kernels& understudy::avx512_kernels() { return plain_kernels(); }
#endif

namespace {

int failures = 0;

void expect(bool holds, const std::string& what) {
  std::printf("%s: %s\n", what.c_str(), holds ? "ok" : "FAILED");
  failures += !holds;
}

/// Pseudo-random numbers.
class Noise {
 public:
  /// In (−1, 1).
  float next() {
    state_ = state_ * 1664525u + 1013904223u;
    return static_cast<float>(static_cast<int32_t>(state_)) / 2147483648.0f;
  }
  std::vector<float> numbers(size_t count, float scale) {
    std::vector<float> numbers(count);
    for (float& number : numbers) number = scale * next();
    return numbers;
  }
  std::vector<uint8_t> symbols(size_t count) {
    std::vector<uint8_t> symbols(count);
    for (uint8_t& symbol : symbols) symbol = static_cast<uint8_t>((next() + 1) * 48.9f);
    return symbols;
  }

 private:
  uint32_t state_ = 1;
};

/// Parameters after two steps.
std::vector<float> train(const Kernels& kernels, const TrainerSetup& setup) {
  Noise noise;
  Trainer trainer(kernels, setup);
  const size_t count = trainer.shape().parameters;
  const std::vector<float> zeros(count), hidden(setup.layers * setup.batch * setup.units);
  trainer.set_state(noise.numbers(count, 0.1f).data(), zeros.data(), zeros.data(), 0, hidden.data());
  const size_t characters = setup.batch * setup.seqlen;
  for (int step = 0; step < 2; step++)
    trainer.step(noise.symbols(characters).data(), noise.symbols(characters).data(), {1e-3, 1, 1e-2});
  std::vector<float> average(trainer.parameters(), trainer.parameters() + count);
  trainer.average(average.data(), 0.5f);
  return average;
}

/// A batch of 3 makes one group, of 19 and of 130 rows several: engine/thread_groups.cc.
void check_training(const Kernels& kernels) {
  for (const Cell cell : {Cell::gru, Cell::rnn})
    for (const size_t batch : {3, 19, 130})
      for (const size_t threads : {2, 3, 8}) {
        const TrainerSetup setup{cell, 2, 70, batch, 4, threads};
        TrainerSetup alone = setup;
        alone.threads = 1;
        expect(train(kernels, setup) == train(kernels, alone),
               mode_name(kernels) + ", " + std::to_string(batch) + " rows on " + std::to_string(threads) + " threads");
      }
}

std::vector<float> read(Predictor& predictor, const std::vector<uint8_t>& text, size_t state_size) {
  std::vector<float> hidden(state_size), probabilities(text.size() * kAlphabetSize);
  predictor.read(hidden.data(), text.data(), 1, text.size(), Answers::each, probabilities.data(), nullptr);
  return probabilities;
}

void check_inference(const Kernels& kernels) {
  const Shape shape(Cell::gru, 3, 40);
  Noise noise;
  const std::vector<float> parameters = noise.numbers(shape.parameters, 0.1f);
  const std::vector<uint8_t> text = noise.symbols(1000);
  for (const Precision precision : {Precision::stored, Precision::exact}) {
    Predictor alone(kernels, shape, parameters.data(), precision, 1);
    Predictor shared(kernels, shape, parameters.data(), precision, 3);
    std::vector<float> first, second;
    std::thread other([&] { second = read(shared, text, shape.layers * shape.units); });
    first = read(shared, text, shape.layers * shape.units);
    other.join();
    const std::vector<float> wanted = read(alone, text, shape.layers * shape.units);
    expect(first == wanted && second == wanted,
           std::string("two readings on 3 threads, ") + (precision == Precision::stored ? "stored" : "exact"));
  }
}

/// The pipeline of layers that goes back.
void check_look_back(const Kernels& kernels) {
  const Shape shape(Cell::gru, 3, 40);
  Noise noise;
  const std::vector<float> parameters = noise.numbers(shape.parameters, 0.1f);
  const std::vector<uint8_t> text = noise.symbols(1000);
  const auto norms = [&](size_t threads) {
    Predictor predictor(kernels, shape, parameters.data(), Precision::stored, threads);
    std::vector<float> norms(text.size());
    predictor.look_back(text.data(), text.size(), kLineFeed, norms.data(), [] { return false; });
    return norms;
  };
  expect(norms(3) == norms(1), "looking back on 3 threads");
}

void check_memory() {
  constexpr size_t kBytes = 4 << 20;
  Noise noise;
  std::vector<memory::File> files;
  for (int i = 0; i < 6; i++) files.push_back({"folder/file" + std::to_string(i) + ".py", noise.symbols(3000)});
  const auto cost = [&] {
    memory::Memory trained(6 * 3000, kBytes, memory::MixingNetwork());
    trained.train(files, 3, [] { return false; });
    const memory::ContextState state("new.py", 6);
    return trained.cost(state, kLineFeed, nullptr);
  };
  expect(cost() == cost(), "a memory, twice");

  std::atomic<bool> cancelled{false};
  memory::Memory unfinished(6 * 3000, kBytes, memory::MixingNetwork());
  std::thread canceller([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    cancelled = true;
  });
  unfinished.train(files, 1, [&] { return cancelled.load(); });
  canceller.join();
  expect(!unfinished.train(files, 3, [&] { return cancelled.load(); }), "a cancelled memory");
}

}  // namespace

int main() {
  const Kernels& fastest = *available_kernels().front();
  check_training(fastest);
  check_inference(fastest);
  check_look_back(fastest);
  check_memory();
  return failures == 0 ? 0 : 1;
}
