// Hashes of contexts: 64 bits, of which a table uses some as an address and others as a check.
#pragma once

#include <cstdint>

namespace understudy::memory {

using Hash = uint64_t;

/// Combines `hash` with one more value; the order matters.
inline Hash with(Hash hash, uint64_t value) {
  hash = (hash ^ (value * 0xa0761d6478bd642full)) * 0xd6e8feb86659fd93ull;
  return (hash ^ (hash >> 32)) + value;
}

/// Final mixing: every bit of the result depends on every bit of `hash`.
inline Hash finished(Hash hash) {
  hash = (hash ^ (hash >> 31)) * 0xe7037ed1a0b428dbull;
  hash = (hash ^ (hash >> 33)) * 0x9e3779b97f4a7c15ull;
  return hash ^ (hash >> 29);
}

}  // namespace understudy::memory
