// Bits per character and speed of the memory alone, or mixed with another expert whose predictions lie in a file.
//   g++ -O3 -std=c++17 -ffp-contract=off -I native bench/memory.cc native/memory/*.cc -o memory-bench
//   memory-bench TEXT [--other FLOATS] [--frozen] [--megabytes N] [--study-every N]
// TEXT.train and TEXT.valid are symbols; TEXT.train.idx and TEXT.valid.idx one line for each file: its length and name.
// FLOATS: float32 [characters of TEXT.valid, 98].
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "memory/memory.h"

using namespace understudy::memory;

namespace {

struct File {
  size_t length;
  std::string name;
};

struct Text {
  explicit Text(const std::string& path) {
    std::ifstream text(path, std::ios::binary);
    symbols.assign(std::istreambuf_iterator<char>(text), {});
    std::ifstream index(path + ".idx");
    for (File file; index >> file.length >> file.name;) files.push_back(file);
  }
  std::vector<char> symbols;
  std::vector<File> files;
};

double now() {
  return static_cast<double>(clock()) / CLOCKS_PER_SEC;
}

}  // namespace

int main(int count, char** arguments) {
  const std::string path = arguments[1];
  const char* other_path = nullptr;
  bool adapts = true;
  size_t megabytes = 256, every = 4;
  for (int i = 2; i < count; i++) {
    if (!strcmp(arguments[i], "--other")) other_path = arguments[++i];
    if (!strcmp(arguments[i], "--frozen")) adapts = false;
    if (!strcmp(arguments[i], "--megabytes")) megabytes = atoi(arguments[++i]);
    if (!strcmp(arguments[i], "--study-every")) every = atoi(arguments[++i]);
  }
  const Text train(path + ".train"), valid(path + ".valid");
  double start = now();
  Memory memory(train.symbols.size(), megabytes << 20);
  size_t at = 0, number = 0;
  for (const File& file : train.files) {
    Position position(file.name.data(), file.name.size());
    const bool studies = ++number % every == 0;
    for (const size_t end = at + file.length; at < end; at++) {
      const auto symbol = static_cast<uint8_t>(train.symbols[at]);
      if (studies) memory.study(position, symbol, nullptr);
      else memory.skim(position, symbol);
    }
  }
  const double built = now() - start;
  start = now();
  FILE* const others = other_path ? fopen(other_path, "rb") : nullptr;
  std::vector<float> other(kSymbols);
  double bits = 0, first = 0;
  at = 0;
  for (const File& file : valid.files) {
    Position position(file.name.data(), file.name.size());
    for (const size_t end = at + file.length; at < end; at++) {
      const auto symbol = static_cast<uint8_t>(valid.symbols[at]);
      const float* prediction = nullptr;
      if (others && fread(other.data(), sizeof(float), kSymbols, others) == kSymbols) prediction = other.data();
      if (adapts) {
        bits += memory.study(position, symbol, prediction);
      } else {
        bits += memory.cost(position, symbol, prediction);
        memory.read(position, symbol);
      }
      if (at + 1 == 150000) first = bits;
    }
  }
  const double read = now() - start;
  // Full predictions, at the start of the last file.
  Position position("x", 1);
  std::vector<float> probabilities(kSymbols);
  start = now();
  size_t predictions = 0;
  float sum = 0;
  for (size_t i = 0; i < 5000 && i < valid.symbols.size(); i++, predictions++) {
    memory.predict(position, nullptr, probabilities.data());
    sum += probabilities[5];
    memory.read(position, static_cast<uint8_t>(valid.symbols[i]));
  }
  const double predicted = now() - start;
  printf("%.4f %.4f bpc | built in %.1f s, %.1f us/character read, %.1f us/prediction, %zu MB (%g)\n", first / 150000,
         bits / static_cast<double>(at), built, 1e6 * read / static_cast<double>(at),
         1e6 * predicted / static_cast<double>(predictions), memory.bytes() >> 20, sum);
}
