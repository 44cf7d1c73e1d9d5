// Mixing network: from a symbol's inputs to the probability of one binary decision, in two layers of mixers and a layer
// of adaptive probability maps (lpaq's predictor), and its online update. The meaning of counts and the weights of
// inputs are similar in all code, so the network is pretrained, and then updated by the text at hand.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "apm.h"
#include "bit_counts.h"
#include "mixer.h"
#include "state_map.h"
#include "symbol_inputs.h"

namespace understudy::memory {

/// Two inputs of each context, one of each match, the order-0 probability, another expert's, and a constant.
constexpr size_t kInputs = 2 * kBitContexts + 2 * kSuccessorContexts + kMatches + 3;
/// Models whose states the state map translates.
constexpr size_t kModels = kBitContexts + kSuccessorContexts + kMatches;
constexpr size_t kMixers = 6;
constexpr size_t kApms = 3;

/// One binary decision: its inputs, how they were mixed, and what an update needs.
struct Decision {
  size_t node;
  /// Number of decisions above it.
  size_t depth;
  bool with_other;
  alignas(32) std::array<float, kInputs> inputs;
  /// States of the models that have an input here, as indices of the state map; `active_inputs` of them.
  std::array<uint32_t, kModels> states;
  size_t active_inputs;
  /// Number of order-n contexts with an input here.
  size_t orders;
  /// Prediction of the longest match that reaches this decision, with its length; below kMatchContexts.
  size_t match_context;
  /// Weight set of each mixer.
  std::array<size_t, kMixers> weight_sets;
  /// Outputs of the mixers, stretched; padded with zeros to a multiple of 8.
  alignas(32) std::array<float, 8> mixer_outputs;
  size_t final_weight_set;
  /// Output of the final mixer, stretched.
  float mixed;
  std::array<size_t, kApms> apm_contexts;
  std::array<Apm::Place, kApms> apm_places;
  /// Probability of a 1.
  float probability;
};

class MixingNetwork {
 public:
  /// Untrained.
  MixingNetwork();
  /// With pretrained weights, as `pretrained_weights` returns them.
  /// @throws std::invalid_argument where they do not fit
  explicit MixingNetwork(const std::vector<uint8_t>& pretrained);
  /// Its weights in a flat form: rounded, and without the adaptive probability map of pairs of symbols, which is large
  /// and helps little.
  std::vector<uint8_t> pretrained_weights() const;

  void predict(const SymbolInputs& symbol, const DecisionCounters& counters, size_t node, size_t depth,
               Decision& decision) const;
  void update(const Decision& decision, int bit);
  /// Probability of a 1 without any context.
  float order0_probability(size_t node) const { return Logistic::squash(order0_.stretched(node)); }

 private:
  void add_successor_inputs(const SymbolInputs& symbol, const Node& node, Decision& decision) const;
  void add_counter_inputs(const DecisionCounters& counters, Decision& decision) const;
  void add_match_inputs(const SymbolInputs& symbol, const Node& node, Decision& decision) const;
  void select_weight_sets(const SymbolInputs& symbol, Decision& decision) const;
  void select_apm_contexts(const SymbolInputs& symbol, Decision& decision) const;
  void apply_apms(Decision& decision) const;

  /// The mixers and their number of updates.
  struct Mixers {
    Mixers();
    void start_from(const Mixers& alone);
    float learning_rate() const;

    std::vector<Mixer<kInputs>> first;
    Mixer<8> final_mixer;
    /// Updates, one per decision.
    uint64_t updates = 0;
  };
  template <class Self, class Visitor>
  static void visit_parts(Self& self, Visitor& visitor);

  /// Probabilities by the states of all models.
  StateMap state_map_;
  /// Probabilities by node alone.
  StateMap order0_;
  /// Mixers for the memory alone, and for the memory beside another expert, with which other weights are best.
  std::array<Mixers, 2> mixers_;
  std::vector<Apm> apms_;
};

}  // namespace understudy::memory
