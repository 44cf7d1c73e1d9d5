// Contexts of the memory's models.
#pragma once

#include <array>
#include <cstddef>

#include "code_context.h"
#include "hash.h"

namespace understudy::memory {

/// Number of contexts with many different successors, counted decision by decision.
constexpr size_t kBitContexts = 12;
/// Number of contexts with few successors, counted symbol by symbol. The first kOrders are the last 5, 6, 8 … symbols.
constexpr size_t kSuccessorContexts = 17;
constexpr size_t kOrders = 6;
/// Number of contexts of each kind, the last ones, that include the file: they have small tables of their own.
constexpr size_t kLocalBitContexts = 3;
constexpr size_t kLocalSuccessorContexts = 1;
constexpr size_t kMatches = 3;

using BitHashes = std::array<Hash, kBitContexts>;
using SuccessorHashes = std::array<Hash, kSuccessorContexts>;
/// Hashes of the last 24, 12 and 6 symbols, for the matches.
using RecentHashes = std::array<Hash, kMatches>;

BitHashes bit_contexts_at(const CodeContext& code);
SuccessorHashes successor_contexts_at(const CodeContext& code);
RecentHashes recent_at(const CodeContext& code);

/// For each successor context a shorter one, or its own index for none. A context is added to the table only when the
/// shorter one was known before: what is new to the shorter one is new to the longer one, and most contexts never
/// recur.
extern const std::array<size_t, kSuccessorContexts> kShorterContext;

}  // namespace understudy::memory
