// Benchmark of the memory: bits per character and speed, alone or mixed with another expert's predictions from a file.
//   g++ -O3 -std=c++17 -ffp-contract=off -pthread -I native bench/memory.cc native/memory/*.cc -o memory-bench
//   memory-bench TEXT [--other FLOATS] [--frozen] [--megabytes N] [--train-every N] [--pretrained FILE]
// TEXT.train and TEXT.valid are symbols, TEXT.train.idx and TEXT.valid.idx one line per file with its length and name;
// bench/memory-text.ts writes all four. FLOATS: float32 [characters of TEXT.valid, 98]. FILE: pretrained weights,
// unpacked (gunzip native/memory/pretrained_weights.bin.gz); without it the network starts untrained.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "memory/memory.h"

using namespace understudy;
using namespace understudy::memory;

namespace {

std::vector<File> files_of(const std::string& path) {
  std::ifstream text(path, std::ios::binary);
  std::ifstream index(path + ".idx");
  std::vector<File> files;
  size_t length = 0;
  for (std::string name; index >> length && std::getline(index >> std::ws, name);) {
    files.push_back({name, std::vector<uint8_t>(length)});
    text.read(reinterpret_cast<char*>(files.back().symbols.data()), static_cast<std::streamsize>(length));
  }
  return files;
}

MixingNetwork network_from(const char* path) {
  if (!path) return {};
  std::ifstream file(path, std::ios::binary);
  return MixingNetwork(std::vector<uint8_t>(std::istreambuf_iterator<char>(file), {}));
}

size_t characters_of(const std::vector<File>& files) {
  size_t characters = 0;
  for (const File& file : files) characters += file.symbols.size();
  return characters;
}

/// Stopwatch, in seconds.
struct Clock {
  double wall() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(); }
  /// Processor time of all threads.
  double processor() const { return static_cast<double>(clock() - ticks) / CLOCKS_PER_SEC; }
  std::chrono::steady_clock::time_point start = std::chrono::steady_clock::now();
  clock_t ticks = clock();
};

/// Evaluates held-out files; `adapts`: updating the memory as each is read.
void evaluate(Memory& memory, const std::vector<File>& files, FILE* others, bool adapts) {
  constexpr size_t kFirst = 150000;
  const Clock clock;
  std::vector<float> other(kAlphabetSize);
  double bits = 0, first = 0;
  size_t read = 0;
  for (const File& file : files) {
    ContextState state(file.name.data(), file.name.size());
    for (const uint8_t symbol : file.symbols) {
      const float* prediction = nullptr;
      if (others && fread(other.data(), sizeof(float), kAlphabetSize, others) == kAlphabetSize)
        prediction = other.data();
      if (adapts) {
        bits += memory.update(state, symbol, prediction);
      } else {
        bits += memory.cost(state, symbol, prediction);
        memory.read(state, symbol);
      }
      if (++read == kFirst) first = bits;
    }
  }
  printf("%.4f bpc on the first 150,000 characters, %.4f on all %zu; %.1f us a character\n", first / kFirst,
         bits / static_cast<double>(read), read, 1e6 * clock.processor() / static_cast<double>(read));
}

/// Times the work of a completion: reading a cold file up to the cursor, and full predictions.
void time_requests(const Memory& memory, const File& file) {
  constexpr size_t kRead = 4000;
  constexpr size_t kPredictions = 2000;
  if (file.symbols.size() < kRead + kPredictions) return;
  ContextState state(file.name.data(), file.name.size());
  Clock clock;
  for (size_t i = 0; i < kRead; i++) memory.read(state, file.symbols[i]);
  printf("%.2f ms to read 4,000 characters", 1e3 * clock.processor());
  std::vector<float> probabilities(kAlphabetSize);
  double sum = 0;
  clock = {};
  for (size_t i = kRead; i < kRead + kPredictions; i++) {
    memory.predict(state, nullptr, probabilities.data());
    sum += probabilities[file.symbols[i]];
    memory.read(state, file.symbols[i]);
  }
  printf("; %.1f us a prediction (of what came %.6f on average)\n", 1e6 * clock.processor() / kPredictions,
         sum / kPredictions);
}

}  // namespace

int main(int count, char** arguments) {
  const std::string path = arguments[1];
  const char* other_path = nullptr;
  const char* pretrained_path = nullptr;
  bool adapts = true;
  size_t megabytes = 256, every = 4;
  for (int i = 2; i < count; i++) {
    if (!strcmp(arguments[i], "--other")) other_path = arguments[++i];
    if (!strcmp(arguments[i], "--pretrained")) pretrained_path = arguments[++i];
    if (!strcmp(arguments[i], "--frozen")) adapts = false;
    if (!strcmp(arguments[i], "--megabytes")) megabytes = atoi(arguments[++i]);
    if (!strcmp(arguments[i], "--train-every")) every = atoi(arguments[++i]);
  }
  const auto train = files_of(path + ".train"), valid = files_of(path + ".valid");
  const Clock clock;
  Memory memory(characters_of(train), megabytes << 20, network_from(pretrained_path));
  memory.train(train, every, [] { return false; });
  printf("%zu characters learnt in %.1f s (%.1f s of processor time), %zu MB\n", characters_of(train), clock.wall(),
         clock.processor(), memory.bytes() >> 20);
  size_t longest = 0;
  for (size_t i = 0; i < valid.size(); i++)
    if (valid[i].symbols.size() > valid[longest].symbols.size()) longest = i;
  time_requests(memory, valid[longest]);
  evaluate(memory, valid, other_path ? fopen(other_path, "rb") : nullptr, adapts);
}
