// Training on whole files. Most are only counted, with one thread each for the two kinds of tables and the text, which
// are independent of each other. The remaining files then update the memory, when the tables know about as much as they
// will while a user types.
#include <future>

#include "memory.h"

namespace understudy::memory {

namespace {

/// Symbols between two polls of the cancel flag.
constexpr size_t kBatch = 256;

/// The files to count, and the cancel flag.
struct Counting {
  const std::vector<const File*>& files;
  const std::function<bool()>& is_cancelled;
};

/// Passes through all files. `contexts_at(code)` returns the contexts of a place; `prefetch(contexts, symbol)` is
/// called one symbol before `count(contexts, symbol)`. False after cancellation.
template <class ContextsAt, class Prefetch, class Count>
bool for_each_symbol(const Counting& counting, ContextsAt contexts_at, Prefetch prefetch, Count count) {
  for (const File* file : counting.files) {
    const auto& [name, symbols] = *file;
    CodeContext code(name.data(), name.size());
    auto next = contexts_at(code);
    for (size_t i = 0; i < symbols.size(); i++) {
      if (i % kBatch == 0 && counting.is_cancelled()) return false;
      const auto contexts = next;
      code.read(symbols[i]);
      next = contexts_at(code);
      if (i + 1 < symbols.size()) prefetch(next, symbols[i + 1]);
      count(contexts, symbols[i]);
    }
  }
  return true;
}

bool count_bits(const Counting& counting, BitCounts& bits) {
  return for_each_symbol(
      counting, bit_contexts_at, [&](const BitHashes& contexts, uint8_t symbol) { bits.prefetch(contexts, symbol); },
      [&](const BitHashes& contexts, uint8_t symbol) { bits.count(contexts, symbol, nullptr); });
}

bool count_successors(const Counting& counting, SuccessorCounts& successors) {
  return for_each_symbol(
      counting, successor_contexts_at, [&](const SuccessorHashes& contexts, uint8_t) { successors.prefetch(contexts); },
      [&](const SuccessorHashes& contexts, uint8_t symbol) { successors.count(contexts, symbol, nullptr); });
}

bool append_text(const Counting& counting, MatchHistory& history) {
  return for_each_symbol(
      counting, recent_at, [](const RecentHashes&, uint8_t) {},
      [&](const RecentHashes& recent, uint8_t symbol) { history.append(recent, symbol); });
}

}  // namespace

bool Memory::train(const std::vector<File>& files, size_t update_every, const std::function<bool()>& is_cancelled) {
  std::vector<const File*> counted, updating;
  for (size_t i = 0; i < files.size(); i++) (i % update_every == 0 ? updating : counted).push_back(&files[i]);

  const Counting counting{counted, is_cancelled};
  auto bits = std::async(std::launch::async, [&] { return count_bits(counting, tables_.bits()); });
  auto successors = std::async(std::launch::async, [&] { return count_successors(counting, tables_.successors()); });
  const bool is_appended = append_text(counting, tables_.history());
  const bool is_counted = bits.get();
  if (!successors.get() || !is_counted || !is_appended) return false;

  for (const File* file : updating) {
    ContextState state(file->name.data(), file->name.size());
    for (size_t i = 0; i < file->symbols.size(); i++) {
      if (i % kBatch == 0 && is_cancelled()) return false;
      update(state, file->symbols[i], nullptr);
    }
  }
  return !is_cancelled();
}

}  // namespace understudy::memory
