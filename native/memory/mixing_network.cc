#include "mixing_network.h"

#include <algorithm>
#include <cmath>

#include "pretrained_weights.h"

namespace understudy::memory {

namespace {

/// First input of each kind.
constexpr size_t kBitInputs = 0;
constexpr size_t kSuccessorInputs = kBitInputs + 2 * kBitContexts;
constexpr size_t kMatchInputs = kSuccessorInputs + 2 * kSuccessorContexts;
constexpr size_t kOrder0Input = kMatchInputs + kMatches;
constexpr size_t kOtherInput = kOrder0Input + 1;
constexpr size_t kConstantInput = kOtherInput + 1;
static_assert(kConstantInput + 1 == kInputs && kInputs % 8 == 0);

constexpr float kConstant = 0.3f;
constexpr float kInitialWeight = 0.15f;
/// Initial weight of another expert, which knows more than any single input of the memory.
constexpr float kInitialOtherWeight = 0.3f;
/// Learning rate of the mixers: kInitialLearningRate at first, decaying to kLearningRate.
constexpr float kLearningRate = 0.002f;
constexpr float kInitialLearningRate = 0.02f;
constexpr float kLearningTime = 30000;
/// Least error of a mixer that causes an update: faster, and 0.0006 bits per character better on Django.
constexpr float kMinError = 0.02f;
/// Learning rate of the final mixer.
constexpr float kFinalMixerRate = 0.002f;
/// Share of each adaptive probability map in the result; the rest is the final mixer's.
constexpr float kApmShare = 0.2f;
/// Factor on the logistic scale, because a mean of several curves is underconfident: with it the most probable symbol
/// is right as often as it says (of 15,000 at 55 % on Django 55.1, not 56.8 %), at a cost of 0.0002 bits per character.
constexpr float kSharpness = 1.05f;
/// Least distance of a probability from 0 and 1.
constexpr float kMinProbability = 1e-6f;

/// States of the successor models: counts of both sides in steps of growing size, the side of the latest successor
/// below this node, and whether it is the latest of all.
constexpr size_t kMaxSum = Successors::kCapacity * Successors::kMaxCount;
constexpr size_t kCountSteps = 17;
constexpr size_t kSuccessorStates = kCountSteps * kCountSteps * 4;

const std::array<uint8_t, kMaxSum + 1> kStepOfCount = [] {
  std::array<uint8_t, kMaxSum + 1> steps{};
  for (size_t count = 0; count <= kMaxSum; count++)
    steps[count] = static_cast<uint8_t>(
        count < 6 ? count : std::min<size_t>(kCountSteps - 1, 6 + static_cast<size_t>(2 * std::log2(count / 6.0))));
  return steps;
}();

/// First state of each context and match in the state map.
constexpr size_t states_of_bits(size_t context) { return context * BitHistory::kHistories; }
constexpr size_t states_of_successors(size_t context) {
  return states_of_bits(kBitContexts) + context * kSuccessorStates;
}
constexpr size_t states_of_match(size_t kind) {
  return states_of_successors(kSuccessorContexts) + kind * Match::kStates * 2;
}

/// Contexts from the longest match: none, or the bit that it predicts with its length; after misses their number
/// instead.
constexpr size_t kMatchContexts = 3 * 32;
constexpr size_t kOrderSteps = kOrders + 1;
/// Depths with weights of their own; deeper decisions share them.
constexpr size_t kDepths = 12;
constexpr size_t kPairs = 1 << 16;

/// Contexts of the adaptive probability maps.
enum : size_t { kApmOfSymbols, kApmOfPairs, kApmOfMatches };
/// Number of updates of pretrained mixers: enough for the final learning rate.
constexpr uint64_t kPretrainedUpdates = 1 << 30;

}  // namespace

MixingNetwork::Mixers::Mixers() : final_mixer(kNodes * 8, 1.0f / kMixers) {
  for (const size_t contexts : {kNodes, kMatchContexts, CodeContext::kPlaceKinds * kOrderSteps, kAlphabetSize,
                                kDepths * CodeContext::kPlaceKinds, kNodes * kOrderSteps})
    first.emplace_back(contexts, kInitialWeight).set_weight(kOtherInput, kInitialOtherWeight);
}

/// Copies the weights without another expert, before the first update with one.
void MixingNetwork::Mixers::start_from(const Mixers& alone) {
  *this = alone;
  for (auto& mixer : first) mixer.set_weight(kOtherInput, kInitialOtherWeight);
}

MixingNetwork::MixingNetwork() : state_map_(states_of_match(kMatches), 1000), order0_(kNodes, 255) {
  for (const size_t contexts : {kAlphabetSize * kNodes, kPairs, kMatchContexts * kOrderSteps})
    apms_.emplace_back(contexts);
}

/// Visits all pretrained parts in order. Leaves out the curves of pairs of symbols, which are many and help little.
template <class Self, class Visitor>
void MixingNetwork::visit_parts(Self& self, Visitor& visitor) {
  constexpr float kWeightSteps = 4096;
  constexpr float kProbabilitySteps = 32767;
  visitor(self.state_map_);
  visitor(self.order0_);
  for (auto& mixers : self.mixers_) {
    for (auto& mixer : mixers.first) visitor(mixer.weights(), kWeightSteps);
    visitor(mixers.final_mixer.weights(), kWeightSteps);
  }
  for (const size_t kind : {kApmOfSymbols, kApmOfMatches}) visitor(self.apms_[kind].points(), kProbabilitySteps);
}

MixingNetwork::MixingNetwork(const std::vector<uint8_t>& pretrained) : MixingNetwork() {
  PretrainedReader reader(pretrained);
  visit_parts(*this, reader);
  reader.end();
  for (Mixers& mixers : mixers_) mixers.updates = kPretrainedUpdates;
}

std::vector<uint8_t> MixingNetwork::pretrained_weights() const {
  PretrainedWriter writer;
  MixingNetwork copy = *this;
  // The reader takes both sets of mixers for trained.
  auto& [alone, with_other] = copy.mixers_;
  if (with_other.updates == 0) with_other.start_from(alone);
  visit_parts(copy, writer);
  return writer.take();
}

void MixingNetwork::predict(const SymbolInputs& symbol, const DecisionCounters& counters, size_t index, size_t depth,
                            Decision& decision) const {
  const Node& node = SymbolTree::get().node(index);
  decision.node = index;
  decision.depth = depth;
  decision.with_other = symbol.has_other;
  decision.active_inputs = 0;
  add_match_inputs(symbol, node, decision);
  add_successor_inputs(symbol, node, decision);
  select_weight_sets(symbol, decision);
  select_apm_contexts(symbol, decision);
  add_counter_inputs(counters, decision);
  auto& inputs = decision.inputs;
  inputs[kOrder0Input] = order0_.stretched(index);
  inputs[kConstantInput] = kConstant;
  inputs[kOtherInput] = 0;
  if (symbol.has_other) {
    const float left = symbol.other[node.middle] - symbol.other[node.first];
    const float right = symbol.other[node.end] - symbol.other[node.middle];
    // Below this the difference of two sums is rounding noise.
    constexpr float kMin = 1e-6f;
    inputs[kOtherInput] = clamp_stretched(std::log((right + kMin) / (left + kMin)));
  }
  decision.mixer_outputs.fill(0);
  const Mixers& mixers = mixers_[decision.with_other];
  for (size_t i = 0; i < kMixers; i++)
    decision.mixer_outputs[i] = mixers.first[i].mix(decision.weight_sets[i], inputs.data());
  decision.mixed = mixers.final_mixer.mix(decision.final_weight_set, decision.mixer_outputs.data());
  apply_apms(decision);
}

void MixingNetwork::add_counter_inputs(const DecisionCounters& counters, Decision& decision) const {
  for (size_t context = 0; context < kBitContexts; context++) {
    const BitCounter& counter = counters[context];
    const size_t state = states_of_bits(context) + counter.history();
    float* const inputs = decision.inputs.data() + kBitInputs + 2 * context;
    inputs[0] = counter.is_new() ? 0 : state_map_.stretched(state);
    inputs[1] = counter.is_new() ? 0 : counter.stretched();
    decision.states[decision.active_inputs] = static_cast<uint32_t>(state);
    decision.active_inputs += !counter.is_new();
  }
}

void MixingNetwork::add_successor_inputs(const SymbolInputs& symbol, const Node& node, Decision& decision) const {
  constexpr size_t kLanes = KnownSuccessors::kLanes;
  constexpr uint8_t kAll = 255;
  const auto& ranks = symbol.successors.ranks;
  const auto& counts = symbol.successors.counts;
  const uint8_t first = node.first;
  const auto width = static_cast<uint8_t>(node.end - node.first);
  const auto left_width = static_cast<uint8_t>(node.middle - node.first);
  std::array<uint8_t, kLanes> lefts, rights, sides, latest;
  // All contexts side by side, in bytes and without branches, for vector instructions.
  for (size_t lane = 0; lane < kLanes; lane++) {
    uint8_t left = 0, right = 0, side = 0, is_below = 0;
    // The latest successor comes last and so decides the side.
    for (size_t i = Successors::kCapacity; i-- > 0;) {
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
    float* const inputs = decision.inputs.data() + kSuccessorInputs + 2 * context;
    inputs[0] = inputs[1] = 0;
    if (!sides[context]) continue;
    const size_t left = kStepOfCount[lefts[context]];
    const size_t right = kStepOfCount[rights[context]];
    const size_t state =
        states_of_successors(context) + ((left * kCountSteps + right) * 2 + sides[context] - 1u) * 2 + latest[context];
    decision.states[decision.active_inputs++] = static_cast<uint32_t>(state);
    inputs[0] = state_map_.stretched(state);
    // All successors so far on one side (a deterministic context) have a weight of their own.
    if (left == 0 || right == 0) inputs[1] = inputs[0];
    decision.orders += context < kOrders;
  }
}

void MixingNetwork::add_match_inputs(const SymbolInputs& symbol, const Node& node, Decision& decision) const {
  decision.match_context = 0;
  for (size_t kind = 0; kind < kMatches; kind++) {
    const uint8_t rank = symbol.predicted[kind];
    float& input = decision.inputs[kMatchInputs + kind];
    input = 0;
    if (rank < node.first || rank >= node.end) continue;
    const Match& match = symbol.matches[kind];
    const size_t bit = rank >= node.middle;
    const size_t state = states_of_match(kind) + match.state() * 2 + bit;
    decision.states[decision.active_inputs++] = static_cast<uint32_t>(state);
    input = state_map_.stretched(state);
    if (decision.match_context > 0) continue;
    const size_t strength = match.misses() ? Match::kLengths + std::min(3u, match.misses()) : match.length_step();
    decision.match_context = (1 + bit) * 32 + strength;
  }
}

void MixingNetwork::select_weight_sets(const SymbolInputs& symbol, Decision& decision) const {
  const size_t kind = symbol.code.place_kind();
  decision.weight_sets = {decision.node,
                          decision.match_context,
                          kind * kOrderSteps + decision.orders,
                          symbol.code.recent(1),
                          std::min(decision.depth, kDepths - 1) * CodeContext::kPlaceKinds + kind,
                          decision.node * kOrderSteps + decision.orders};
  decision.final_weight_set = decision.node * 8 + std::min<size_t>(7, decision.match_context % 32 / 3);
}

void MixingNetwork::select_apm_contexts(const SymbolInputs& symbol, Decision& decision) const {
  const CodeContext& code = symbol.code;
  const Hash pair = finished(with(code.recent(1) * kAlphabetSize + code.recent(2), decision.node));
  decision.apm_contexts = {code.recent(1) * kNodes + decision.node, pair % kPairs,
                           decision.match_context * kOrderSteps + decision.orders};
  for (size_t i = 0; i < kApms; i++) apms_[i].prefetch(decision.apm_contexts[i]);
}

void MixingNetwork::apply_apms(Decision& decision) const {
  float refined = 0;
  for (size_t i = 0; i < kApms; i++) {
    decision.apm_places[i] = apms_[i].place(decision.apm_contexts[i], decision.mixed);
    refined += apms_[i].probability(decision.apm_places[i]);
  }
  const float mean = (1 - kApms * kApmShare) * Logistic::squash(decision.mixed) + kApmShare * refined;
  const float probability = Logistic::squash(clamp_stretched(kSharpness * Logistic::exact_stretch(mean)));
  decision.probability = std::min(1 - kMinProbability, std::max(kMinProbability, probability));
}

void MixingNetwork::update(const Decision& decision, int bit) {
  const auto target = static_cast<float>(bit);
  for (size_t i = 0; i < kApms; i++) apms_[i].update(decision.apm_places[i], bit);
  Mixers& mixers = mixers_[decision.with_other];
  if (decision.with_other && mixers.updates == 0) mixers.start_from(mixers_[false]);
  mixers.final_mixer.update(decision.final_weight_set, decision.mixer_outputs.data(),
                            (target - Logistic::squash(decision.mixed)) * kFinalMixerRate);
  const float rate = mixers.learning_rate();
  for (size_t i = 0; i < kMixers; i++) {
    const float error = target - Logistic::squash(decision.mixer_outputs[i]);
    if (std::abs(error) > kMinError)
      mixers.first[i].update(decision.weight_sets[i], decision.inputs.data(), error * rate);
  }
  mixers.updates++;
  for (size_t i = 0; i < decision.active_inputs; i++) state_map_.update(decision.states[i], bit);
  order0_.update(decision.node, bit);
}

float MixingNetwork::Mixers::learning_rate() const {
  return std::max(kLearningRate, kInitialLearningRate * kLearningTime / (kLearningTime + static_cast<float>(updates)));
}

}  // namespace understudy::memory
