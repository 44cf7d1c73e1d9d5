// The contexts whose successors the memory learns.
#pragma once

#include <array>
#include <cstddef>

#include "code_context.h"
#include "hash.h"

namespace understudy::memory {

/// Contexts with many different successors, which are learnt decision by decision.
constexpr size_t kBitContexts = 12;
/// Contexts with few successors, which are learnt symbol by symbol. The first kOrders are the last 5, 6, 8 … symbols.
constexpr size_t kSuccessorContexts = 17;
constexpr size_t kOrders = 6;
/// The last so many of each kind hold within one file only: they have small tables of their own.
constexpr size_t kLocalBitContexts = 3;
constexpr size_t kLocalSuccessorContexts = 1;
constexpr size_t kMatches = 3;

using BitHashes = std::array<Hash, kBitContexts>;
using SuccessorHashes = std::array<Hash, kSuccessorContexts>;
/// Of the last 24, 12 and 6 symbols, for the matches.
using RecentHashes = std::array<Hash, kMatches>;

BitHashes bit_contexts_at(const CodeContext& code);
SuccessorHashes successor_contexts_at(const CodeContext& code);
RecentHashes recent_at(const CodeContext& code);

/// A successor context is learnt only where this one of them, which is shorter, was known already: what is new to the
/// shorter context is new to the longer one, and most contexts never come twice. Its own index where there is none.
extern const std::array<size_t, kSuccessorContexts> kShorter;

}  // namespace understudy::memory
