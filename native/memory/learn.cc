// Learning whole files. Most are only counted: the two kinds of tables and the text on a thread each, which go through
// the files on their own. The others are studied then, when the tables know about as much as they will while somebody
// types.
#include <future>

#include "memory.h"

namespace understudy::memory {

namespace {

/// Symbols between questions whether to go on.
constexpr size_t kBatch = 256;

/// The files to count, and whether to go on.
struct Counting {
  const std::vector<const File*>& files;
  const std::function<bool()>& is_cancelled;
};

/// Goes through all files. `contexts_at(code)` gives the contexts of a place; `prefetch(contexts, symbol)` comes one
/// symbol before `count(contexts, symbol)`. False where it was cancelled.
template <class ContextsAt, class Prefetch, class Count>
bool go_through(const Counting& counting, ContextsAt contexts_at, Prefetch prefetch, Count count) {
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
  return go_through(
      counting, bit_contexts_at, [&](const BitHashes& contexts, uint8_t symbol) { bits.prefetch(contexts, symbol); },
      [&](const BitHashes& contexts, uint8_t symbol) { bits.count(contexts, symbol, nullptr); });
}

bool count_successors(const Counting& counting, SuccessorCounts& successors) {
  return go_through(
      counting, successor_contexts_at, [&](const SuccessorHashes& contexts, uint8_t) { successors.prefetch(contexts); },
      [&](const SuccessorHashes& contexts, uint8_t symbol) { successors.count(contexts, symbol, nullptr); });
}

bool remember(const Counting& counting, Passages& passages) {
  return go_through(
      counting, recent_at, [](const RecentHashes&, uint8_t) {},
      [&](const RecentHashes& recent, uint8_t symbol) { passages.learn(recent, symbol); });
}

}  // namespace

bool Memory::learn(const std::vector<File>& files, size_t study_every, const std::function<bool()>& is_cancelled) {
  std::vector<const File*> counted, studied;
  for (size_t i = 0; i < files.size(); i++) (i % study_every == 0 ? studied : counted).push_back(&files[i]);

  const Counting counting{counted, is_cancelled};
  auto bits = std::async(std::launch::async, [&] { return count_bits(counting, tables_.bits()); });
  auto successors = std::async(std::launch::async, [&] { return count_successors(counting, tables_.successors()); });
  const bool is_remembered = remember(counting, tables_.passages());
  const bool is_counted = bits.get();
  if (!successors.get() || !is_counted || !is_remembered) return false;

  for (const File* file : studied) {
    Position position(file->name.data(), file->name.size());
    for (size_t i = 0; i < file->symbols.size(); i++) {
      if (i % kBatch == 0 && is_cancelled()) return false;
      study(position, file->symbols[i], nullptr);
    }
  }
  return !is_cancelled();
}

}  // namespace understudy::memory
