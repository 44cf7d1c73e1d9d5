#include "judgement.h"

#include <algorithm>

namespace understudy::memory {

namespace {

constexpr int32_t kNoOpinion = -1;

/// Where each kind of opinion begins among a decision's inputs.
constexpr size_t kFromBits = 0;
constexpr size_t kFromSuccessors = kFromBits + 2 * kBitContexts;
constexpr size_t kFromMatches = kFromSuccessors + 2 * kSuccessorContexts;
constexpr size_t kFromFrequency = kFromMatches + kMatches;
constexpr size_t kFromOther = kFromFrequency + 1;
constexpr size_t kFromConstant = kFromOther + 1;
static_assert(kFromConstant + 1 == kInputs && kInputs % 8 == 0);

constexpr float kConstant = 0.3f;
constexpr float kFirstWeight = 0.15f;
/// Another expert comes only when the weights of the memory's own opinions are learnt already, and starts with this.
constexpr float kOtherWeight = 0.3f;
/// The mixers learn quickly at first.
constexpr float kLearningRate = 0.002f;
constexpr float kFirstLearningRate = 0.02f;
constexpr float kLearningTime = 30000;
constexpr float kFinalLearningRate = 0.002f;
/// Of each refiner in the end; the rest is the mixers'.
constexpr float kRefinerShare = 0.2f;
/// No decision is surer than this.
constexpr float kSurest = 1e-6f;

/// Situations of the successor maps: counts of both sides in steps that grow, on which side the latest is, and whether
/// it is the latest of all.
constexpr size_t kMostSum = Successors::kKept * Successors::kMost;
constexpr size_t kCountSteps = 17;
constexpr size_t kSuccessorSituations = kCountSteps * kCountSteps * 4;

const std::array<uint8_t, kMostSum + 1>& count_steps() {
  static const auto instance = [] {
    std::array<uint8_t, kMostSum + 1> steps{};
    for (size_t count = 0; count <= kMostSum; count++)
      steps[count] = static_cast<uint8_t>(
          count < 6 ? count : std::min<size_t>(kCountSteps - 1, 6 + static_cast<size_t>(2 * std::log2(count / 6.0))));
    return steps;
  }();
  return instance;
}

/// Nothing, or what the longest match expects (0, 1) with its length; after misses their number instead.
constexpr size_t kExpectations = 3 * 32;
constexpr size_t kOrderSteps = kOrders + 1;
/// Decisions below this depth share weights.
constexpr size_t kDepths = 12;
constexpr size_t kPairs = 1 << 16;

}  // namespace

Judgement::Judgement()
    : bit_maps_(kBitContexts, AdaptiveMap(BitHistory::kHistories, 1000)),
      successor_maps_(kSuccessorContexts, AdaptiveMap(kSuccessorSituations, 1000)),
      match_maps_(kMatches, AdaptiveMap(Match::kStates * 2, 1000)),
      frequencies_(kNodes, 255),
      final_(kNodes * 8, 1.0f / kMixers) {
  for (const size_t situations : {kNodes, kExpectations, CodeContext::kPlaces * kOrderSteps, kSymbols,
                                  kDepths * CodeContext::kPlaces, kNodes * kOrderSteps})
    mixers_.emplace_back(situations, kFirstWeight).start(kFromOther, kOtherWeight);
  for (const size_t situations : {kSymbols * kNodes, kPairs, kExpectations * kOrderSteps})
    refiners_.emplace_back(situations);
}

void Judgement::decide(const Evidence& evidence, size_t index, size_t depth, Decision& decision) const {
  const Node& node = SymbolTree::get().node(index);
  decision.node = index;
  decision.depth = depth;
  hear_counters(evidence, node, decision);
  hear_successors(evidence, node, decision);
  hear_matches(evidence, node, decision);
  auto& inputs = decision.inputs;
  inputs[kFromFrequency] = frequencies_.stretched(index);
  inputs[kFromConstant] = kConstant;
  inputs[kFromOther] = 0;
  if (evidence.has_other) {
    const float left = evidence.other[node.middle] - evidence.other[node.first];
    const float right = evidence.other[node.end] - evidence.other[node.middle];
    // Too little of both for the difference of two sums to mean anything.
    constexpr float kLeast = 1e-6f;
    inputs[kFromOther] = clamp_stretched(std::log((right + kLeast) / (left + kLeast)));
  }
  choose_sets(evidence, decision);
  decision.opinions.fill(0);
  for (size_t i = 0; i < kMixers; i++) decision.opinions[i] = mixers_[i].mix(decision.sets[i], inputs.data());
  decision.mixed = final_.mix(decision.final_set, decision.opinions.data());
  refine(evidence, decision);
}

void Judgement::hear_counters(const Evidence& evidence, const Node& node, Decision& decision) const {
  for (size_t context = 0; context < kBitContexts; context++) {
    const BitCounter& counter = evidence.lines[context]->counters[node.place];
    float* const inputs = decision.inputs.data() + kFromBits + 2 * context;
    const auto history = static_cast<int32_t>(counter.history());
    decision.bit_situations[context] = counter.is_new() ? kNoOpinion : history;
    inputs[0] = counter.is_new() ? 0 : bit_maps_[context].stretched(static_cast<size_t>(history));
    inputs[1] = counter.is_new() ? 0 : counter.stretched();
  }
}

void Judgement::hear_successors(const Evidence& evidence, const Node& node, Decision& decision) const {
  constexpr uint8_t kAll = 255;
  std::array<uint8_t, kLanes> lefts{}, rights{}, sides{}, latest{};
  // Byte by byte for all contexts at once; from the oldest to the latest, which has the last word on the side.
  for (size_t i = Successors::kKept; i-- > 0;)
    for (size_t lane = 0; lane < kLanes; lane++) {
      const uint8_t rank = evidence.ranks[i][lane];
      const uint8_t is_below = rank >= node.first && rank < node.end ? kAll : 0;
      const uint8_t is_left = rank < node.middle ? kAll : 0;
      const uint8_t count = evidence.counts[i][lane] & is_below;
      lefts[lane] += count & is_left;
      rights[lane] += count & ~is_left;
      sides[lane] = is_below ? (is_left ? 1 : 2) : sides[lane];
      latest[lane] = is_below & 1;
    }
  decision.orders = 0;
  const auto& steps = count_steps();
  for (size_t context = 0; context < kSuccessorContexts; context++) {
    float* const inputs = decision.inputs.data() + kFromSuccessors + 2 * context;
    if (!sides[context]) {
      decision.successor_situations[context] = kNoOpinion;
      inputs[0] = inputs[1] = 0;
      continue;
    }
    const size_t left = steps[lefts[context]];
    const size_t right = steps[rights[context]];
    const size_t situation = ((left * kCountSteps + right) * 2 + sides[context] - 1u) * 2 + latest[context];
    decision.successor_situations[context] = static_cast<int32_t>(situation);
    inputs[0] = successor_maps_[context].stretched(situation);
    // Never anything else so far: worth a weight of its own.
    inputs[1] = left == 0 || right == 0 ? inputs[0] : 0;
    decision.orders += context < kOrders;
  }
}

void Judgement::hear_matches(const Evidence& evidence, const Node& node, Decision& decision) const {
  decision.expectation = 0;
  for (size_t kind = 0; kind < kMatches; kind++) {
    const uint8_t rank = evidence.expected[kind];
    float& input = decision.inputs[kFromMatches + kind];
    if (rank < node.first || rank >= node.end) {
      decision.match_situations[kind] = kNoOpinion;
      input = 0;
      continue;
    }
    const Match& match = evidence.position.matches[kind];
    const size_t bit = rank >= node.middle;
    const size_t situation = match.state() * 2 + bit;
    decision.match_situations[kind] = static_cast<int32_t>(situation);
    input = match_maps_[kind].stretched(situation);
    if (decision.expectation > 0) continue;
    const size_t strength = match.misses() ? Match::kLengths + std::min(3u, match.misses()) : match.length_step();
    decision.expectation = (1 + bit) * 32 + strength;
  }
}

void Judgement::choose_sets(const Evidence& evidence, Decision& decision) const {
  const size_t place = evidence.position.code.place();
  decision.sets = {decision.node,
                   decision.expectation,
                   place * kOrderSteps + decision.orders,
                   evidence.position.code.recent(1),
                   std::min(decision.depth, kDepths - 1) * CodeContext::kPlaces + place,
                   decision.node * kOrderSteps + decision.orders};
  decision.final_set = decision.node * 8 + std::min<size_t>(7, decision.expectation % 32 / 3);
}

void Judgement::refine(const Evidence& evidence, Decision& decision) const {
  const CodeContext& code = evidence.position.code;
  const Hash pair = finished(with(code.recent(1) * kSymbols + code.recent(2), decision.node));
  const std::array<size_t, kRefiners> situations = {code.recent(1) * kNodes + decision.node, pair % kPairs,
                                                    decision.expectation * kOrderSteps + decision.orders};
  float refined = 0;
  for (size_t i = 0; i < kRefiners; i++) {
    decision.places[i] = refiners_[i].place(situations[i], decision.mixed);
    refined += refiners_[i].probability(decision.places[i]);
  }
  const float probability =
      (1 - kRefiners * kRefinerShare) * Logistic::squash(decision.mixed) + kRefinerShare * refined;
  decision.probability = std::min(1 - kSurest, std::max(kSurest, probability));
}

void Judgement::learn(const Decision& decision, int bit) {
  const auto target = static_cast<float>(bit);
  for (size_t i = 0; i < kRefiners; i++) refiners_[i].learn(decision.places[i], bit);
  final_.learn(decision.final_set, decision.opinions.data(),
               (target - Logistic::squash(decision.mixed)) * kFinalLearningRate);
  const float rate = learning_rate();
  for (size_t i = 0; i < kMixers; i++)
    mixers_[i].learn(decision.sets[i], decision.inputs.data(),
                     (target - Logistic::squash(decision.opinions[i])) * rate);
  for (size_t i = 0; i < kBitContexts; i++)
    if (decision.bit_situations[i] != kNoOpinion) bit_maps_[i].learn(static_cast<size_t>(decision.bit_situations[i]), bit);
  for (size_t i = 0; i < kSuccessorContexts; i++)
    if (decision.successor_situations[i] != kNoOpinion)
      successor_maps_[i].learn(static_cast<size_t>(decision.successor_situations[i]), bit);
  for (size_t i = 0; i < kMatches; i++)
    if (decision.match_situations[i] != kNoOpinion)
      match_maps_[i].learn(static_cast<size_t>(decision.match_situations[i]), bit);
  frequencies_.learn(decision.node, bit);
  learnt_++;
}

float Judgement::learning_rate() const {
  return std::max(kLearningRate, kFirstLearningRate * kLearningTime / (kLearningTime + static_cast<float>(learnt_)));
}

}  // namespace understudy::memory
