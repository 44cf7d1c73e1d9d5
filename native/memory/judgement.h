// From evidence to the probability of one decision, and what is learnt from how it went. What counts mean and whom to
// trust is much the same in all code, so it comes with us as experience, and is learnt further as text is studied.
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
  bool with_other;
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
  /// Without any experience.
  Judgement();
  /// With that of another judgement of the same kind, as `experience` gives it; throws std::invalid_argument where it
  /// is none.
  explicit Judgement(const std::vector<uint8_t>& experience);
  /// What was learnt, in a flat form: rounded, and without what was learnt of pairs of symbols, which is much and helps
  /// little.
  std::vector<uint8_t> experience() const;

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

  /// Weights of the memory's opinions, or of these and another expert's: whom to trust depends on who is there.
  struct Weights {
    Weights();
    void begin_with(const Weights& alone);
    float learning_rate() const;

    std::vector<Mixer<kInputs>> mixers;
    Mixer<8> last;
    /// Decisions.
    uint64_t learnt = 0;
  };
  template <class Self, class Visitor>
  static void visit_parts(Self& self, Visitor& visitor);

  /// What counts and matches have meant.
  AdaptiveMap meanings_;
  AdaptiveMap frequencies_;
  /// Alone, and with another expert.
  std::array<Weights, 2> weights_;
  std::vector<Refiner> refiners_;
};

}  // namespace understudy::memory
