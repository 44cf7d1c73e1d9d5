// Benchmark of one training step, kernel by kernel, for one or several modes in turn (how to read it:
// native/README.md).
//   npm run build:native
//   g++ -O3 -std=c++17 -pthread -DUNDERSTUDY_X64 -DUNDERSTUDY_DOT_PRODUCTS -I native bench/step.cc native/engine/*.cc
//     native/core/*.cc native/kernels/arch/plain/isa_plain.cc
//     native/build/Release/{amx,avx512bf16,avx512vnni,avx512,avxvnni,avx2}.a -o step-bench
//   step-bench MODE[,MODE …] BATCH SEQLEN THREADS STEPS [LAYERS UNITS [gru|rnn]]
// Milliseconds of the fastest quarter of the steps, because other processes come and go: of the whole step, and of each
// kernel, summed over its calls and averaged over the threads. "rest": waiting, and work outside of kernels.
#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "engine/dispatch.h"
#include "engine/trainer.h"

using namespace understudy;

namespace {

using Clock = std::chrono::steady_clock;

double milliseconds_since(Clock::time_point started) {
  return std::chrono::duration<double, std::milli>(Clock::now() - started).count();
}

enum Part {
  products,
  gradients,
  gates,
  candidates,
  back_candidates,
  back_resets,
  softmax,
  sums,
  preparing,
  stores,
  adam,
  packing,
  rest,
};
constexpr const char* kNames[] = {"products",
                                  "weight gradients",
                                  "gates_forward",
                                  "candidate_forward",
                                  "candidate_backward",
                                  "reset_backward",
                                  "softmax",
                                  "small gradients",
                                  "prepare operands",
                                  "store_tile",
                                  "adam",
                                  "pack",
                                  "rest"};
using Times = std::array<double, rest + 1>;

/// Times of each thread that ever ran a kernel.
Times times[1024];
Times& times_of_this_thread() {
  static std::atomic<size_t> threads{0};
  thread_local Times& mine = times[threads++];
  return mine;
}

/// The table under the watches.
Kernels timed;

/// The kernel `member` with a watch; its time counts as `part`.
template <Part part, auto member>
struct Timed;
template <Part part, class Result, class... Arguments, Result (*Kernels::*member)(Arguments...)>
struct Timed<part, member> {
  static Result call(Arguments... arguments) {
    const struct Watch {
      double& sum;
      Clock::time_point started = Clock::now();
      ~Watch() { sum += milliseconds_since(started); }
    } watch{times_of_this_thread()[part]};
    return (timed.*member)(arguments...);
  }
};

/// As Timed, for a kernel in one of the tables of products.
template <Part part, Products Kernels::* table, auto member>
struct TimedProducts;
template <Part part, Products Kernels::* table, class... Arguments, void (*Products::*member)(Arguments...)>
struct TimedProducts<part, table, member> {
  static void call(Arguments... arguments) {
    const auto started = Clock::now();
    (timed.*table.*member)(arguments...);
    times_of_this_thread()[part] += milliseconds_since(started);
  }
};

Kernels with_watches(Kernels kernels) {
  kernels.cells.multiply = TimedProducts<products, &Kernels::cells, &Products::multiply>::call;
  kernels.cells.pack = TimedProducts<packing, &Kernels::cells, &Products::pack>::call;
  kernels.softmax_layer.multiply = TimedProducts<products, &Kernels::softmax_layer, &Products::multiply>::call;
  kernels.cells.gradient = TimedProducts<gradients, &Kernels::cells, &Products::gradient>::call;
  kernels.softmax_layer.gradient = TimedProducts<gradients, &Kernels::softmax_layer, &Products::gradient>::call;
  kernels.softmax_layer.pack = TimedProducts<packing, &Kernels::softmax_layer, &Products::pack>::call;
  kernels.gates_forward = Timed<gates, &Kernels::gates_forward>::call;
  kernels.candidate_forward = Timed<candidates, &Kernels::candidate_forward>::call;
  kernels.candidate_backward = Timed<back_candidates, &Kernels::candidate_backward>::call;
  kernels.reset_backward = Timed<back_resets, &Kernels::reset_backward>::call;
  kernels.rnn_forward = Timed<candidates, &Kernels::rnn_forward>::call;
  kernels.rnn_backward = Timed<back_candidates, &Kernels::rnn_backward>::call;
  kernels.softmax = Timed<softmax, &Kernels::softmax>::call;
  kernels.column_sums = Timed<sums, &Kernels::column_sums>::call;
  kernels.scatter = Timed<sums, &Kernels::scatter>::call;
  if (kernels.cells.prepare_left) {
    kernels.cells.prepare_left = TimedProducts<preparing, &Kernels::cells, &Products::prepare_left>::call;
    kernels.cells.prepare_right = TimedProducts<preparing, &Kernels::cells, &Products::prepare_right>::call;
  }
  kernels.store_tile = Timed<stores, &Kernels::store_tile>::call;
  kernels.adam = Timed<adam, &Kernels::adam>::call;
  return kernels;
}

/// One of the modes that take turns.
struct Runner {
  std::string name;
  const Kernels* kernels;
  Kernels watched;
  std::unique_ptr<Trainer> trainer;
  /// Time of each step, and of its parts.
  std::vector<std::pair<double, Times>> steps;
};

std::vector<uint8_t> some_symbols(size_t count) {
  std::vector<uint8_t> symbols(count);
  for (uint8_t& symbol : symbols) symbol = static_cast<uint8_t>(std::rand() % static_cast<int>(kAlphabetSize));
  return symbols;
}

void start(Runner& runner, const TrainerSetup& setup) {
  runner.watched = with_watches(*runner.kernels);
  timed = *runner.kernels;
  runner.trainer = std::make_unique<Trainer>(runner.watched, setup);
  const size_t count = runner.trainer->shape().parameters;
  std::vector<float> parameters(count), zeros(count), hidden(setup.layers * setup.batch * setup.units);
  for (float& p : parameters) p = 0.1f * (static_cast<float>(std::rand()) / static_cast<float>(RAND_MAX) - 0.5f);
  runner.trainer->set_state(parameters.data(), zeros.data(), zeros.data(), 0, hidden.data());
}

void step(Runner& runner, const std::vector<uint8_t>& inputs, const std::vector<uint8_t>& targets, size_t threads) {
  timed = *runner.kernels;
  for (Times& one : times) one = {};
  const auto started = Clock::now();
  runner.trainer->step(inputs.data(), targets.data(), {1e-3, 1, 0});
  const double whole = milliseconds_since(started);
  Times parts{};
  for (size_t part = 0; part < rest; part++)
    for (const Times& one : times) parts[part] += one[part] / static_cast<double>(threads);
  parts[rest] = whole;
  for (size_t part = 0; part < rest; part++) parts[rest] -= parts[part];
  runner.steps.emplace_back(whole, parts);
}

void report(Runner& runner, size_t characters) {
  std::sort(runner.steps.begin(), runner.steps.end());
  const double median = runner.steps[runner.steps.size() / 2].first;
  const size_t quarter = std::max<size_t>(1, runner.steps.size() / 4);
  double whole = 0;
  Times parts{};
  for (size_t i = 0; i < quarter; i++) {
    whole += runner.steps[i].first / static_cast<double>(quarter);
    for (size_t part = 0; part <= rest; part++)
      parts[part] += runner.steps[i].second[part] / static_cast<double>(quarter);
  }
  std::printf("%s: %.2f ms, %.0f characters/s (median %.2f ms)\n", runner.name.c_str(), whole,
              static_cast<double>(characters) / whole * 1e3, median);
  for (size_t part = 0; part <= rest; part++) std::printf("  %-18s %8.2f\n", kNames[part], parts[part]);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 6) {
    std::fprintf(stderr, "usage: step-bench MODE[,MODE …] BATCH SEQLEN THREADS STEPS [LAYERS UNITS [gru|rnn]]\n");
    return 2;
  }
  const auto number = [&](int index, size_t otherwise) {
    return index < argc ? static_cast<size_t>(std::atoi(argv[index])) : otherwise;
  };
  const Cell cell = argc > 8 && std::string(argv[8]) == "rnn" ? Cell::rnn : Cell::gru;
  const TrainerSetup setup{cell, number(6, 3), number(7, 512), number(2, 0), number(3, 0), number(4, 0)};
  std::vector<Runner> runners;
  std::istringstream modes(argv[1]);
  for (std::string name; std::getline(modes, name, ',');) {
    const Kernels* kernels = find_kernels(name);
    if (!kernels) {
      std::fprintf(stderr, "no mode %s here\n", name.c_str());
      return 1;
    }
    runners.push_back({name, kernels, {}, nullptr, {}});
  }
  for (Runner& runner : runners) start(runner, setup);
  const auto inputs = some_symbols(setup.batch * setup.seqlen), targets = some_symbols(setup.batch * setup.seqlen);
  for (Runner& runner : runners) step(runner, inputs, targets, setup.threads);
  for (Runner& runner : runners) runner.steps.clear();
  for (size_t i = 0; i < number(5, 1); i++)
    for (Runner& runner : runners) step(runner, inputs, targets, setup.threads);
  for (Runner& runner : runners) report(runner, setup.batch * setup.seqlen);
}
