// Prints the native alphabet for a comparison with TypeScript's: the symbol of each ASCII character, then the character
// of each symbol, as numbers.
#include <cstdio>

#include "core/alphabet.h"

using namespace understudy;

int main() {
  for (int code = 0; code < 128; code++) std::printf("%d ", symbol_of(static_cast<char>(code)));
  std::printf("\n");
  for (size_t symbol = 0; symbol < kAlphabetSize; symbol++)
    std::printf("%d ", character_of(static_cast<uint8_t>(symbol)));
  std::printf("\n");
}
