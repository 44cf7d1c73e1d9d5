#include "judgement.h"

#include <algorithm>
#include <cmath>

#include "experience.h"

namespace understudy::memory {

namespace {

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
/// Of another expert, which knows more than any one opinion of the memory.
constexpr float kOtherWeight = 0.3f;
/// The mixers learn quickly at first.
constexpr float kLearningRate = 0.002f;
constexpr float kFirstLearningRate = 0.02f;
constexpr float kLearningTime = 30000;
/// From less there is nothing to learn: quicker, and 0.0006 bits per character better on Django.
constexpr float kLeastError = 0.02f;
constexpr float kFinalLearningRate = 0.002f;
/// Of each refiner in the end; the rest is the mixers'.
constexpr float kRefinerShare = 0.2f;
/// A mean of several curves is less sure than it should be: with this the most probable symbol is right as often as it
/// says (of 15,000 at 55 % on Django 55.1, not 56.8 %), for 0.0002 bits a character.
constexpr float kSharpness = 1.05f;
/// No decision is surer than this.
constexpr float kSurest = 1e-6f;

/// Situations of the successor maps: counts of both sides in steps that grow, on which side the latest is, and whether
/// it is the latest of all.
constexpr size_t kMostSum = Successors::kKept * Successors::kMost;
constexpr size_t kCountSteps = 17;
constexpr size_t kSuccessorSituations = kCountSteps * kCountSteps * 4;

const std::array<uint8_t, kMostSum + 1> kStepOfCount = [] {
  std::array<uint8_t, kMostSum + 1> steps{};
  for (size_t count = 0; count <= kMostSum; count++)
    steps[count] = static_cast<uint8_t>(
        count < 6 ? count : std::min<size_t>(kCountSteps - 1, 6 + static_cast<size_t>(2 * std::log2(count / 6.0))));
  return steps;
}();

/// Where the situations of each context and match begin in the map of all situations.
constexpr size_t situations_of_bits(size_t context) { return context * BitHistory::kHistories; }
constexpr size_t situations_of_successors(size_t context) {
  return situations_of_bits(kBitContexts) + context * kSuccessorSituations;
}
constexpr size_t situations_of_match(size_t kind) {
  return situations_of_successors(kSuccessorContexts) + kind * Match::kStates * 2;
}

/// Nothing, or what the longest match expects (0, 1) with its length; after misses their number instead.
constexpr size_t kExpectations = 3 * 32;
constexpr size_t kOrderSteps = kOrders + 1;
/// Decisions below this depth share weights.
constexpr size_t kDepths = 12;
constexpr size_t kPairs = 1 << 16;

/// Which refiner is whose.
enum : size_t { kOfSymbols, kOfPairs, kOfExpectations };
/// Decisions after which mixers learn as slowly as they ever do.
constexpr uint64_t kExperienced = 1 << 30;

}  // namespace

Judgement::Weights::Weights() : last(kNodes * 8, 1.0f / kMixers) {
  for (const size_t situations : {kNodes, kExpectations, CodeContext::kPlaces * kOrderSteps, kSymbols,
                                  kDepths * CodeContext::kPlaces, kNodes * kOrderSteps})
    mixers.emplace_back(situations, kFirstWeight).start(kFromOther, kOtherWeight);
}

/// When another expert is first learnt from, the memory's own opinions weigh what they did without it.
void Judgement::Weights::begin_with(const Weights& alone) {
  *this = alone;
  for (auto& mixer : mixers) mixer.start(kFromOther, kOtherWeight);
}

Judgement::Judgement() : meanings_(situations_of_match(kMatches), 1000), frequencies_(kNodes, 255) {
  for (const size_t situations : {kSymbols * kNodes, kPairs, kExpectations * kOrderSteps})
    refiners_.emplace_back(situations);
}

/// Pairs of symbols are left out: their curves are many and help little.
template <class Self, class Visitor>
void Judgement::visit_parts(Self& self, Visitor& visitor) {
  constexpr float kStepsOfWeights = 4096;
  constexpr float kStepsOfProbabilities = 32767;
  visitor(self.meanings_);
  visitor(self.frequencies_);
  for (auto& weights : self.weights_) {
    for (auto& mixer : weights.mixers) visitor(mixer.weights(), kStepsOfWeights);
    visitor(weights.last.weights(), kStepsOfWeights);
  }
  for (const size_t kind : {kOfSymbols, kOfExpectations}) visitor(self.refiners_[kind].points(), kStepsOfProbabilities);
}

Judgement::Judgement(const std::vector<uint8_t>& experience) : Judgement() {
  ExperienceReader reader(experience);
  visit_parts(*this, reader);
  reader.end();
  for (Weights& weights : weights_) weights.learnt = kExperienced;
}

std::vector<uint8_t> Judgement::experience() const {
  ExperienceWriter writer;
  Judgement passed_on = *this;
  // It will be taken for experienced, with another expert as well.
  auto& [alone, with_other] = passed_on.weights_;
  if (with_other.learnt == 0) with_other.begin_with(alone);
  visit_parts(passed_on, writer);
  return writer.take();
}

void Judgement::decide(const Evidence& evidence, const DecisionCounters& counters, size_t index, size_t depth,
                       Decision& decision) const {
  const Node& node = SymbolTree::get().node(index);
  decision.node = index;
  decision.depth = depth;
  decision.with_other = evidence.has_other;
  decision.heard = 0;
  hear_matches(evidence, node, decision);
  hear_successors(evidence, node, decision);
  choose_sets(evidence, decision);
  choose_curves(evidence, decision);
  hear_counters(counters, decision);
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
  decision.opinions.fill(0);
  const auto& [mixers, last, learnt] = weights_[decision.with_other];
  for (size_t i = 0; i < kMixers; i++) decision.opinions[i] = mixers[i].mix(decision.sets[i], inputs.data());
  decision.mixed = last.mix(decision.final_set, decision.opinions.data());
  refine(decision);
}

void Judgement::hear_counters(const DecisionCounters& counters, Decision& decision) const {
  for (size_t context = 0; context < kBitContexts; context++) {
    const BitCounter& counter = counters[context];
    const size_t situation = situations_of_bits(context) + counter.history();
    float* const inputs = decision.inputs.data() + kFromBits + 2 * context;
    inputs[0] = counter.is_new() ? 0 : meanings_.stretched(situation);
    inputs[1] = counter.is_new() ? 0 : counter.stretched();
    decision.situations[decision.heard] = static_cast<uint32_t>(situation);
    decision.heard += !counter.is_new();
  }
}

void Judgement::hear_successors(const Evidence& evidence, const Node& node, Decision& decision) const {
  constexpr size_t kLanes = KnownSuccessors::kLanes;
  constexpr uint8_t kAll = 255;
  const auto& ranks = evidence.successors.ranks;
  const auto& counts = evidence.successors.counts;
  const uint8_t first = node.first;
  const auto width = static_cast<uint8_t>(node.end - node.first);
  const auto left_width = static_cast<uint8_t>(node.middle - node.first);
  std::array<uint8_t, kLanes> lefts, rights, sides, latest;
  // Bytes of all contexts side by side, and no branches, for vector instructions.
  for (size_t lane = 0; lane < kLanes; lane++) {
    uint8_t left = 0, right = 0, side = 0, is_below = 0;
    // The latest has the last word on the side.
    for (size_t i = Successors::kKept; i-- > 0;) {
      const auto place = static_cast<uint8_t>(ranks[i][lane] - first);
      is_below = place < width ? kAll : 0;
      const uint8_t is_left = place < left_width ? kAll : 0;
      left = static_cast<uint8_t>(left + (counts[i][lane] & is_left));
      right = static_cast<uint8_t>(right + (counts[i][lane] & is_below & ~is_left));
      side = static_cast<uint8_t>((side & ~is_below) | (is_left & 1) | (is_below & ~is_left & 2));
    }
    lefts[lane] = left;
    rights[lane] = right;
    sides[lane] = side;
    latest[lane] = is_below & 1;
  }
  decision.orders = 0;
  for (size_t context = 0; context < kSuccessorContexts; context++) {
    float* const inputs = decision.inputs.data() + kFromSuccessors + 2 * context;
    inputs[0] = inputs[1] = 0;
    if (!sides[context]) continue;
    const size_t left = kStepOfCount[lefts[context]];
    const size_t right = kStepOfCount[rights[context]];
    const size_t situation = situations_of_successors(context) +
                             ((left * kCountSteps + right) * 2 + sides[context] - 1u) * 2 + latest[context];
    decision.situations[decision.heard++] = static_cast<uint32_t>(situation);
    inputs[0] = meanings_.stretched(situation);
    // Never anything else so far: worth a weight of its own.
    if (left == 0 || right == 0) inputs[1] = inputs[0];
    decision.orders += context < kOrders;
  }
}

void Judgement::hear_matches(const Evidence& evidence, const Node& node, Decision& decision) const {
  decision.expectation = 0;
  for (size_t kind = 0; kind < kMatches; kind++) {
    const uint8_t rank = evidence.expected[kind];
    float& input = decision.inputs[kFromMatches + kind];
    input = 0;
    if (rank < node.first || rank >= node.end) continue;
    const Match& match = evidence.matches[kind];
    const size_t bit = rank >= node.middle;
    const size_t situation = situations_of_match(kind) + match.state() * 2 + bit;
    decision.situations[decision.heard++] = static_cast<uint32_t>(situation);
    input = meanings_.stretched(situation);
    if (decision.expectation > 0) continue;
    const size_t strength = match.misses() ? Match::kLengths + std::min(3u, match.misses()) : match.length_step();
    decision.expectation = (1 + bit) * 32 + strength;
  }
}

void Judgement::choose_sets(const Evidence& evidence, Decision& decision) const {
  const size_t place = evidence.code.place();
  decision.sets = {decision.node,
                   decision.expectation,
                   place * kOrderSteps + decision.orders,
                   evidence.code.recent(1),
                   std::min(decision.depth, kDepths - 1) * CodeContext::kPlaces + place,
                   decision.node * kOrderSteps + decision.orders};
  decision.final_set = decision.node * 8 + std::min<size_t>(7, decision.expectation % 32 / 3);
}

void Judgement::choose_curves(const Evidence& evidence, Decision& decision) const {
  const CodeContext& code = evidence.code;
  const Hash pair = finished(with(code.recent(1) * kSymbols + code.recent(2), decision.node));
  decision.curves = {code.recent(1) * kNodes + decision.node, pair % kPairs,
                     decision.expectation * kOrderSteps + decision.orders};
  for (size_t i = 0; i < kRefiners; i++) refiners_[i].prefetch(decision.curves[i]);
}

void Judgement::refine(Decision& decision) const {
  float refined = 0;
  for (size_t i = 0; i < kRefiners; i++) {
    decision.places[i] = refiners_[i].place(decision.curves[i], decision.mixed);
    refined += refiners_[i].probability(decision.places[i]);
  }
  const float mean = (1 - kRefiners * kRefinerShare) * Logistic::squash(decision.mixed) + kRefinerShare * refined;
  const float probability = Logistic::squash(clamp_stretched(kSharpness * Logistic::exact_stretch(mean)));
  decision.probability = std::min(1 - kSurest, std::max(kSurest, probability));
}

void Judgement::learn(const Decision& decision, int bit) {
  const auto target = static_cast<float>(bit);
  for (size_t i = 0; i < kRefiners; i++) refiners_[i].learn(decision.places[i], bit);
  Weights& weights = weights_[decision.with_other];
  if (decision.with_other && weights.learnt == 0) weights.begin_with(weights_[false]);
  weights.last.learn(decision.final_set, decision.opinions.data(),
                     (target - Logistic::squash(decision.mixed)) * kFinalLearningRate);
  const float rate = weights.learning_rate();
  for (size_t i = 0; i < kMixers; i++) {
    const float error = target - Logistic::squash(decision.opinions[i]);
    if (std::abs(error) > kLeastError) weights.mixers[i].learn(decision.sets[i], decision.inputs.data(), error * rate);
  }
  weights.learnt++;
  for (size_t i = 0; i < decision.heard; i++) meanings_.learn(decision.situations[i], bit);
  frequencies_.learn(decision.node, bit);
}

float Judgement::Weights::learning_rate() const {
  return std::max(kLearningRate, kFirstLearningRate * kLearningTime / (kLearningTime + static_cast<float>(learnt)));
}

}  // namespace understudy::memory
