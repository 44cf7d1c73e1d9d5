// From evidence to the probability of one decision, and what is learnt from how it went.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "bit_counts.h"
#include "evidence.h"
#include "mixer.h"
#include "probability.h"
#include "refiner.h"

namespace understudy::memory {

/// Two of each context's, one of each match's, the symbols' own frequency, another expert's, and a constant.
constexpr size_t kInputs = 2 * kBitContexts + 2 * kSuccessorContexts + kMatches + 3;
constexpr size_t kExperts = kBitContexts + kSuccessorContexts + kMatches;
constexpr size_t kMixers = 6;
constexpr size_t kRefiners = 3;

/// One decision: opinions, how they were mixed, and what has to be remembered to learn from it.
struct Decision {
  size_t node;
  /// Decisions above it.
  size_t depth;
  alignas(32) std::array<float, kInputs> inputs;
  /// Situations of those that had opinions, in the map of all situations.
  std::array<uint32_t, kExperts> situations;
  size_t heard;
  /// Orders that know something here.
  size_t orders;
  /// What the longest match that reaches this decision says, and how long it is; below kExpectations.
  size_t expectation;
  std::array<size_t, kMixers> sets;
  /// Every mixer's, stretched; with zeros up to a multiple of 8.
  alignas(32) std::array<float, 8> opinions;
  size_t final_set;
  float mixed;
  /// Situations of the refiners, and the places on their curves.
  std::array<size_t, kRefiners> curves;
  std::array<Refiner::Place, kRefiners> places;
  /// Of a 1.
  float probability;
};

class Judgement {
 public:
  Judgement();

  void decide(const Evidence& evidence, const DecisionCounters& counters, size_t node, size_t depth,
              Decision& decision) const;
  void learn(const Decision& decision, int bit);
  /// How often the decision was a 1, whatever stood before.
  float usual(size_t node) const { return Logistic::squash(frequencies_.stretched(node)); }

 private:
  void hear_successors(const Evidence& evidence, const Node& node, Decision& decision) const;
  void hear_counters(const DecisionCounters& counters, Decision& decision) const;
  void hear_matches(const Evidence& evidence, const Node& node, Decision& decision) const;
  void choose_sets(const Evidence& evidence, Decision& decision) const;
  void choose_curves(const Evidence& evidence, Decision& decision) const;
  void refine(Decision& decision) const;
  float learning_rate() const;

  /// What counts and matches have meant.
  AdaptiveMap meanings_;
  AdaptiveMap frequencies_;
  std::vector<Mixer<kInputs>> mixers_;
  Mixer<8> final_;
  std::vector<Refiner> refiners_;
  uint64_t learnt_ = 0;
};

}  // namespace understudy::memory
