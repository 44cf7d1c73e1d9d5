// From evidence to the probability of one decision, and what is learnt from how it went.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "evidence.h"
#include "mixer.h"
#include "probability.h"
#include "refiner.h"

namespace understudy::memory {

/// Two of each context's, one of each match's, the symbols' own frequency, another expert's, and a constant.
constexpr size_t kInputs = 2 * kBitContexts + 2 * kSuccessorContexts + kMatches + 3;
constexpr size_t kMixers = 6;
constexpr size_t kRefiners = 3;

/// One decision: opinions, how they were mixed, and what has to be remembered to learn from it.
struct Decision {
  size_t node;
  /// Decisions above it.
  size_t depth;
  alignas(32) std::array<float, kInputs> inputs;
  /// Entries of the adaptive maps that gave opinions; kNoOpinion where there was none.
  std::array<int32_t, kBitContexts> bit_situations;
  std::array<int32_t, kSuccessorContexts> successor_situations;
  std::array<int32_t, kMatches> match_situations;
  /// Orders that know something here.
  size_t orders;
  /// What the longest match that reaches this decision says, and how long it is; below kExpectations.
  size_t expectation;
  std::array<size_t, kMixers> sets;
  /// Every mixer's, stretched; with zeros up to a multiple of 8.
  alignas(32) std::array<float, 8> opinions;
  size_t final_set;
  float mixed;
  std::array<Refiner::Place, kRefiners> places;
  /// Of a 1.
  float probability;
};

class Judgement {
 public:
  Judgement();

  /// `evidence.lines` are those of the node's group.
  void decide(const Evidence& evidence, size_t node, size_t depth, Decision& decision) const;
  void learn(const Decision& decision, int bit);

 private:
  void hear_successors(const Evidence& evidence, const Node& node, Decision& decision) const;
  void hear_counters(const Evidence& evidence, const Node& node, Decision& decision) const;
  void hear_matches(const Evidence& evidence, const Node& node, Decision& decision) const;
  void choose_sets(const Evidence& evidence, Decision& decision) const;
  void refine(const Evidence& evidence, Decision& decision) const;
  float learning_rate() const;

  std::vector<AdaptiveMap> bit_maps_;
  std::vector<AdaptiveMap> successor_maps_;
  std::vector<AdaptiveMap> match_maps_;
  AdaptiveMap frequencies_;
  std::vector<Mixer<kInputs>> mixers_;
  Mixer<8> final_;
  std::vector<Refiner> refiners_;
  uint64_t learnt_ = 0;
};

}  // namespace understudy::memory
