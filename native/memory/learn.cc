// Learning whole files: the two kinds of tables are counted on a thread each, which go through all files on their own;
// where a file is studied, they pass on what the tables knew before each symbol, and the calling thread judges it.
#include <algorithm>
#include <atomic>
#include <future>

#include "channel.h"
#include "memory.h"

namespace understudy::memory {

namespace {

/// Symbols that are passed on at once, and between questions whether to go on.
constexpr size_t kBatch = 256;
/// Batches on their way: the counting threads may be ahead by about ten files of usual length.
constexpr size_t kMostBatches = 256;

/// What one kind of tables knew before each of some symbols, or before each of their decisions.
template <class Known>
using Batches = Channel<std::vector<Known>>;

/// The state of one call of `learn`.
struct Learning {
  const std::vector<File>& files;
  size_t study_every;
  Batches<DecisionCounters> counters{kMostBatches};
  Batches<KnownSuccessors> successors{kMostBatches};
  std::atomic<bool> has_ended{false};

  /// The first one too, so that a single file is enough to learn from.
  bool is_studied(size_t number) const { return number % study_every == 0; }
  void end() {
    has_ended = true;
    counters.close();
    successors.close();
  }
};

/// Calls `end` at the end of a scope, however that comes.
struct AtEnd {
  std::function<void()> end;
  ~AtEnd() { end(); }
};

/// Goes through all files. `contexts_at(code)` gives the contexts of a place; `prefetch(contexts, symbol)` comes one symbol
/// before `count(contexts, symbol, batch)`, whose batch is null in files that are not studied.
template <class Known, class ContextsAt, class Prefetch, class Count>
void count_all(const Learning& learning, Batches<Known>& batches, ContextsAt contexts_at, Prefetch prefetch,
               Count count) {
  const AtEnd close{[&] { batches.close(); }};
  for (size_t number = 0; number < learning.files.size(); number++) {
    const auto& [name, symbols] = learning.files[number];
    CodeContext code(name.data(), name.size());
    auto next = contexts_at(code);
    for (size_t from = 0; from < symbols.size(); from += kBatch) {
      if (learning.has_ended) return;
      std::vector<Known> batch;
      for (size_t i = from; i < std::min(from + kBatch, symbols.size()); i++) {
        const auto contexts = next;
        code.read(symbols[i]);
        next = contexts_at(code);
        if (i + 1 < symbols.size()) prefetch(next, symbols[i + 1]);
        count(contexts, symbols[i], learning.is_studied(number) ? &batch : nullptr);
      }
      if (learning.is_studied(number) && !batches.send(std::move(batch))) return;
    }
  }
}

void count_bits(Learning& learning, BitCounts& bits) {
  count_all(
      learning, learning.counters, bit_contexts_at,
      [&](const BitHashes& contexts, uint8_t symbol) { bits.prefetch(contexts, symbol); },
      [&](const BitHashes& contexts, uint8_t symbol, std::vector<DecisionCounters>* batch) {
        if (!batch) return bits.count(contexts, symbol, nullptr);
        const size_t decisions = batch->size();
        batch->resize(decisions + SymbolTree::get().length(symbol));
        bits.count(contexts, symbol, batch->data() + decisions);
      });
}

void count_successors(Learning& learning, SuccessorCounts& successors) {
  count_all(
      learning, learning.successors, successor_contexts_at,
      [&](const SuccessorHashes& contexts, uint8_t) { successors.prefetch(contexts); },
      [&](const SuccessorHashes& contexts, uint8_t symbol, std::vector<KnownSuccessors>* batch) {
        successors.count(contexts, symbol, batch ? &batch->emplace_back() : nullptr);
      });
}

/// Only as a text in which passages will be found.
void remember(Passages& passages, const File& file) {
  CodeContext code(file.name.data(), file.name.size());
  for (const uint8_t symbol : file.symbols) {
    passages.learn(recent_at(code), symbol);
    code.read(symbol);
  }
}

}  // namespace

bool Memory::learn(const std::vector<File>& files, size_t study_every, const std::function<bool()>& is_cancelled) {
  Learning learning{files, study_every};
  std::future<void> bits, successors;
  // Before the threads are waited for, which futures do when they go.
  const AtEnd end{[&] { learning.end(); }};
  bits = std::async(std::launch::async, [&] { count_bits(learning, tables_.bits()); });
  successors = std::async(std::launch::async, [&] { count_successors(learning, tables_.successors()); });
  /// False where it is cancelled, or no more comes because a thread has failed.
  const auto judge_file = [&](const File& file) {
    Position position(file.name.data(), file.name.size());
    for (size_t from = 0; from < file.symbols.size(); from += kBatch) {
      const auto counters = learning.counters.receive();
      const auto known = learning.successors.receive();
      if (!counters || !known || is_cancelled()) return false;
      const DecisionCounters* decision = counters->data();
      for (size_t i = 0; i < known->size(); i++) {
        const uint8_t symbol = file.symbols[from + i];
        judge(position, (*known)[i], decision, symbol, nullptr);
        decision += SymbolTree::get().length(symbol);
      }
    }
    return true;
  };
  bool goes_on = !is_cancelled();
  for (size_t number = 0; goes_on && number < files.size(); number++) {
    if (learning.is_studied(number)) goes_on = judge_file(files[number]);
    else remember(tables_.passages(), files[number]);
    goes_on = goes_on && !is_cancelled();
  }
  if (!goes_on) learning.end();
  // Throws what a thread has failed of.
  bits.get();
  successors.get();
  return goes_on;
}

}  // namespace understudy::memory
