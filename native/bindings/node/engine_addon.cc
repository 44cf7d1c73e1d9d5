#include "engine_addon.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "arguments.h"
#include "background.h"
#include "core/alphabet.h"
#include "engine/buffer.h"
#include "engine/dispatch.h"
#include "engine/gemm_peak.h"
#include "engine/predictor.h"
#include "engine/trainer.h"

using namespace understudy;

namespace {

const Kernels& kernels_named(const Napi::Object& options) {
  const std::string mode = options.Get("mode").ToString().Utf8Value();
  const Kernels* found = find_kernels(mode);
  if (!found) fail(options.Env(), "This processor has no mode \"" + mode + "\".");
  return *found;
}

Cell cell_named(const Napi::Object& options) {
  const std::string name = options.Get("cell").ToString().Utf8Value();
  if (name == "gru") return Cell::gru;
  if (name == "rnn") return Cell::rnn;
  fail(options.Env(), "There is no cell \"" + name + "\".");
}

constexpr size_t kMaxLayers = 64;
constexpr size_t kMaxUnits = 1 << 14;
constexpr size_t kMaxRows = 1 << 20;
constexpr size_t kMaxThreads = 1024;

/// The C++ object behind a JavaScript one. Running work holds its own reference, so `dispose` is safe at any time.
template <class T>
struct Handle {
  std::shared_ptr<T> object;
  bool busy = false;

  T& get(Napi::Env env, const char* name) const {
    if (!object) fail(env, std::string("This ") + name + " was disposed of.");
    return *object;
  }
};

template <class T>
struct Method {
  const char* name;
  Napi::Value (*call)(const Napi::CallbackInfo&, const std::shared_ptr<Handle<T>>&);
};

/// A JavaScript object with these methods, and `dispose`.
template <class T>
Napi::Object methods(Napi::Env env, const std::shared_ptr<Handle<T>>& handle, std::initializer_list<Method<T>> list) {
  const auto object = Napi::Object::New(env);
  for (const Method<T>& method : list)
    object.Set(method.name, Napi::Function::New(env, [handle, call = method.call](const Napi::CallbackInfo& info) {
                 return call(info, handle);
               }));
  object.Set("dispose", Napi::Function::New(env, [handle](const Napi::CallbackInfo&) { handle->object.reset(); }));
  return object;
}

/// Marks a handle busy as long as the work that holds this object; on JavaScript's thread only.
template <class T>
class Busy {
 public:
  explicit Busy(std::shared_ptr<Handle<T>> handle) : handle_(std::move(handle)) { handle_->busy = true; }
  ~Busy() { handle_->busy = false; }

 private:
  std::shared_ptr<Handle<T>> handle_;
};

using TrainerHandle = std::shared_ptr<Handle<Trainer>>;

void require_idle(Napi::Env env, const Handle<Trainer>& handle) {
  if (handle.busy) fail(env, "A step of this trainer is still running: await it first.");
}

Napi::Value trainer_step(const Napi::CallbackInfo& info, const TrainerHandle& handle) {
  const Napi::Env env = info.Env();
  const Trainer& trainer = handle->get(env, "trainer");
  require_idle(env, *handle);
  const size_t characters = trainer.batch() * trainer.seqlen();
  auto inputs = symbols(info[0], characters, "inputs");
  auto targets = symbols(info[1], characters, "targets");
  const auto number = [&](size_t index) { return info[index].ToNumber().DoubleValue(); };
  const StepOptions options{number(2), number(3), number(4)};
  if (!std::isfinite(options.learning_rate)) fail(env, "\"learningRate\" has to be a finite number.");
  if (!(options.clip_norm >= 0)) fail(env, "\"clipNorm\" has to be a positive number or null.");
  if (!std::isfinite(options.weight_decay)) fail(env, "\"weightDecay\" has to be a finite number.");

  const auto result = std::make_shared<StepResult>();
  return Background::run(
      env, [=, trainer = handle->object] { *result = trainer->step(inputs.data(), targets.data(), options); },
      [result, busy = std::make_shared<Busy<Trainer>>(handle)](Napi::Env env) -> Napi::Value {
        const auto object = Napi::Object::New(env);
        object.Set("loss", result->loss);
        object.Set("accuracy", result->accuracy);
        object.Set("gradientNorm", result->gradient_norm);
        return object;
      });
}

Napi::Value trainer_state(const Napi::CallbackInfo& info, const TrainerHandle& handle) {
  const Napi::Env env = info.Env();
  const Trainer& trainer = handle->get(env, "trainer");
  require_idle(env, *handle);
  const Shape& shape = trainer.shape();
  auto hidden = Napi::Float32Array::New(env, shape.layers * trainer.batch() * shape.units);
  trainer.hidden(hidden.Data());
  const auto state = Napi::Object::New(env);
  state.Set("parameters", new_floats(env, trainer.parameters(), shape.parameters));
  state.Set("firstMoment", new_floats(env, trainer.first_moment(), shape.parameters));
  state.Set("secondMoment", new_floats(env, trainer.second_moment(), shape.parameters));
  state.Set("step", static_cast<double>(trainer.steps_taken()));
  state.Set("hidden", hidden);
  return state;
}

Napi::Value trainer_parameters(const Napi::CallbackInfo& info, const TrainerHandle& handle) {
  const Trainer& trainer = handle->get(info.Env(), "trainer");
  require_idle(info.Env(), *handle);
  return new_floats(info.Env(), trainer.parameters(), trainer.shape().parameters);
}

/// average(average [parameters], weight): changes `average` in place.
Napi::Value trainer_average(const Napi::CallbackInfo& info, const TrainerHandle& handle) {
  Trainer& trainer = handle->get(info.Env(), "trainer");
  require_idle(info.Env(), *handle);
  trainer.average(float_array(info[0], trainer.shape().parameters, "average").Data(), info[1].ToNumber().FloatValue());
  return info.Env().Undefined();
}

/// createTrainer({cell, layers, units, batch, seqlen, threads, mode}, {parameters, firstMoment, secondMoment, step,
/// hidden})
Napi::Value create_trainer(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const auto options = info[0].ToObject();
  const auto state = info[1].ToObject();
  const TrainerSetup setup{cell_named(options),
                           whole_number(options, "layers", 1, kMaxLayers),
                           whole_number(options, "units", 1, kMaxUnits),
                           whole_number(options, "batch", 1, kMaxRows),
                           whole_number(options, "seqlen", 1, kMaxRows),
                           whole_number(options, "threads", 1, kMaxThreads)};
  const Kernels& kernels = kernels_named(options);
  const Shape shape(setup.cell, setup.layers, setup.units);
  struct Start {
    std::vector<float> parameters, first_moment, second_moment, hidden;
  };
  const auto start = std::make_shared<Start>();
  start->parameters = floats(state.Get("parameters"), shape.parameters, "parameters");
  start->first_moment = floats(state.Get("firstMoment"), shape.parameters, "firstMoment");
  start->second_moment = floats(state.Get("secondMoment"), shape.parameters, "secondMoment");
  start->hidden = floats(state.Get("hidden"), setup.layers * setup.batch * setup.units, "hidden");
  const size_t steps_taken = whole_number(state, "step", 0, size_t(1) << 52);

  const auto handle = std::make_shared<Handle<Trainer>>();
  return Background::run(
      env,
      [=, &kernels] {
        handle->object = std::make_shared<Trainer>(kernels, setup);
        handle->object->set_state(start->parameters.data(), start->first_moment.data(), start->second_moment.data(),
                                  steps_taken, start->hidden.data());
        *start = {};
      },
      [handle](Napi::Env env) -> Napi::Value {
        return methods(env, handle,
                       {{"step", trainer_step},
                        {"state", trainer_state},
                        {"parameters", trainer_parameters},
                        {"average", trainer_average}});
      });
}

using PredictorHandle = std::shared_ptr<Handle<Predictor>>;

/// Copies results to an array, unless JavaScript has detached it meanwhile.
void write_back(Napi::Float32Array to, const float* from, size_t count) {
  if (to.ElementLength() == count) std::copy_n(from, count, to.Data());
}

/// read(states: Float32Array[], symbols [rows, steps], each: boolean) → probabilities [rows, 98] or [rows, steps, 98]
Napi::Value predictor_read(const Napi::CallbackInfo& info, const PredictorHandle& handle) {
  const Napi::Env env = info.Env();
  const Shape& shape = handle->get(env, "predictor").shape();
  const size_t state_size = shape.layers * shape.units;
  if (!info[0].IsArray()) fail(env, "\"states\" has to be an array.");
  const auto states = info[0].As<Napi::Array>();
  const size_t rows = states.Length();
  std::vector<Napi::Object> keep;
  std::vector<float> hidden(rows * state_size);
  for (size_t row = 0; row < rows; row++) {
    auto state = float_array(states.Get(static_cast<uint32_t>(row)), state_size, "state");
    std::copy_n(state.Data(), state_size, hidden.data() + row * state_size);
    keep.push_back(state);
  }
  auto texts = symbols(info[1], "symbols");
  const size_t steps = rows ? texts.size() / rows : 0;
  if (steps == 0 || steps * rows != texts.size())
    fail(env, "\"symbols\" has to hold at least one symbol for every state, and as many for each.");
  const Answers answers = info[2].ToBoolean() ? Answers::each : Answers::last;

  struct Call {
    std::vector<float> hidden;
    std::vector<float> probabilities;
    std::vector<Napi::ObjectReference> states;
  };
  const auto call = std::make_shared<Call>();
  call->hidden = std::move(hidden);
  for (const Napi::Object& state : keep) call->states.push_back(Napi::Persistent(state));
  return Background::run(
      env,
      [=, predictor = handle->object, texts = std::move(texts)] {
        call->probabilities.resize(rows * (answers == Answers::each ? steps : 1) * kAlphabetSize);
        predictor->read(call->hidden.data(), texts.data(), rows, steps, answers, call->probabilities.data(), nullptr);
      },
      [=](Napi::Env env) -> Napi::Value {
        for (size_t row = 0; row < rows; row++)
          write_back(call->states[row].Value().As<Napi::Float32Array>(), call->hidden.data() + row * state_size,
                     state_size);
        call->states.clear();
        return new_floats(env, call->probabilities.data(), call->probabilities.size());
      });
}

/// readStates(state, symbols [n]) → {probabilities [n, 98], states [n, layers, units]}
Napi::Value predictor_read_states(const Napi::CallbackInfo& info, const PredictorHandle& handle) {
  const Napi::Env env = info.Env();
  const Shape& shape = handle->get(env, "predictor").shape();
  const size_t state_size = shape.layers * shape.units;
  auto state = float_array(info[0], state_size, "state");
  auto text = symbols(info[1], "symbols");
  if (text.empty()) fail(env, "\"symbols\" has to hold at least one symbol.");

  struct Call {
    std::vector<float> hidden, probabilities, states;
    Napi::ObjectReference state;
  };
  const auto call = std::make_shared<Call>();
  call->hidden.assign(state.Data(), state.Data() + state_size);
  call->state = Napi::Persistent(Napi::Object(state));
  return Background::run(
      env,
      [=, predictor = handle->object, text = std::move(text)] {
        call->probabilities.resize(text.size() * kAlphabetSize);
        call->states.resize(text.size() * state_size);
        predictor->read(call->hidden.data(), text.data(), 1, text.size(), Answers::each, call->probabilities.data(),
                        call->states.data());
      },
      [=](Napi::Env env) -> Napi::Value {
        write_back(call->state.Value().As<Napi::Float32Array>(), call->hidden.data(), call->hidden.size());
        call->state.Reset();
        const auto trace = Napi::Object::New(env);
        trace.Set("probabilities", new_floats(env, call->probabilities.data(), call->probabilities.size()));
        trace.Set("states", new_floats(env, call->states.data(), call->states.size()));
        return trace;
      });
}

/// lookBack(symbols [n], target, cancelled) → norms [n]. `cancelled`: as in buildMemory (memory_addon.cc).
Napi::Value predictor_look_back(const Napi::CallbackInfo& info, const PredictorHandle& handle) {
  const Napi::Env env = info.Env();
  if (!handle->get(env, "predictor").can_look_back()) fail(env, "Only a predictor with stored weights looks back.");
  auto text = symbols(info[0], "symbols");
  if (text.empty()) fail(env, "\"symbols\" has to hold at least one symbol.");
  const double target = info[1].ToNumber().DoubleValue();
  if (!(target >= 0 && target < kAlphabetSize)) fail(env, "\"target\" is no symbol.");

  const Napi::Uint8Array cancelled = cancel_flag(info[2]);
  const auto norms = std::make_shared<std::vector<float>>(text.size());
  return Background::run(
      env,
      [=, predictor = handle->object, text = std::move(text), is_cancelled = poll_of(cancelled)] {
        const auto symbol = static_cast<uint8_t>(target);
        if (!predictor->look_back(text.data(), text.size(), symbol, norms->data(), is_cancelled)) throw Cancelled();
      },
      [norms](Napi::Env env) -> Napi::Value { return new_floats(env, norms->data(), norms->size()); }, {cancelled});
}

/// score(inputs, targets, rows, hidden) → {nats, correct}
Napi::Value predictor_score(const Napi::CallbackInfo& info, const PredictorHandle& handle) {
  const Napi::Env env = info.Env();
  const Shape& shape = handle->get(env, "predictor").shape();
  auto inputs = symbols(info[0], "inputs");
  const size_t rows = info[2].ToNumber().Uint32Value();
  const size_t steps = rows ? inputs.size() / rows : 0;
  if (steps == 0 || steps * rows != inputs.size())
    fail(env, "\"inputs\" has to hold at least one symbol for each of the rows, and as many for each.");
  auto targets = symbols(info[1], inputs.size(), "targets");
  auto state = float_array(info[3], shape.layers * rows * shape.units, "hidden");

  struct Call {
    std::vector<float> hidden;
    std::vector<float> nats;
    std::vector<uint8_t> correct;
    Napi::ObjectReference state;
  };
  const auto call = std::make_shared<Call>();
  call->hidden.assign(state.Data(), state.Data() + state.ElementLength());
  call->state = Napi::Persistent(Napi::Object(state));
  return Background::run(
      env,
      [=, predictor = handle->object, inputs = std::move(inputs), targets = std::move(targets)] {
        call->nats.resize(inputs.size());
        call->correct.resize(inputs.size());
        predictor->score(call->hidden.data(), inputs.data(), targets.data(), rows, steps, call->nats.data(),
                         call->correct.data());
      },
      [=](Napi::Env env) -> Napi::Value {
        write_back(call->state.Value().As<Napi::Float32Array>(), call->hidden.data(), call->hidden.size());
        call->state.Reset();
        const auto scores = Napi::Object::New(env);
        scores.Set("nats", new_floats(env, call->nats.data(), call->nats.size()));
        scores.Set("correct", new_bytes(env, call->correct));
        return scores;
      });
}

/// createPredictor({cell, layers, units, threads, mode, stored}, parameters)
Napi::Value create_predictor(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const auto options = info[0].ToObject();
  const Shape shape(cell_named(options), whole_number(options, "layers", 1, kMaxLayers),
                    whole_number(options, "units", 1, kMaxUnits));
  const size_t threads = whole_number(options, "threads", 1, kMaxThreads);
  const Kernels& kernels = kernels_named(options);
  const Precision precision = options.Get("stored").ToBoolean() ? Precision::stored : Precision::exact;
  const auto parameters = std::make_shared<std::vector<float>>(floats(info[1], shape.parameters, "parameters"));

  const auto handle = std::make_shared<Handle<Predictor>>();
  return Background::run(
      env,
      [=, &kernels] {
        handle->object = std::make_shared<Predictor>(kernels, shape, parameters->data(), precision, threads);
        *parameters = {};
      },
      [handle](Napi::Env env) -> Napi::Value {
        return methods(env, handle,
                       {{"read", predictor_read},
                        {"readStates", predictor_read_states},
                        {"score", predictor_score},
                        {"lookBack", predictor_look_back}});
      });
}

/// Modes of this processor, fastest first: {name, instructions, numeric, weightBits, emulated}.
Napi::Value engine_modes(const Napi::CallbackInfo& info) {
  const auto modes = Napi::Array::New(info.Env());
  for (const Kernels* kernels : available_kernels()) {
    const auto mode = Napi::Object::New(info.Env());
    mode.Set("name", mode_name(*kernels));
    mode.Set("instructions", kernels->instructions);
    mode.Set("numeric", kernels->numeric);
    mode.Set("weightBits", kernels->weight_bits);
    mode.Set("emulated", kernels->emulated);
    modes.Set(modes.Length(), mode);
  }
  return modes;
}

/// productSpeed({mode, threads}, seconds) → GFLOP/s
Napi::Value measure_product_speed(const Napi::CallbackInfo& info) {
  const auto options = info[0].ToObject();
  const Kernels& kernels = kernels_named(options);
  const size_t threads = whole_number(options, "threads", 1, kMaxThreads);
  const double seconds = info[1].ToNumber().DoubleValue();
  const auto speed = std::make_shared<double>();
  return Background::run(
      info.Env(), [=, &kernels] { *speed = gemm_peak(kernels, threads, seconds); },
      [speed](Napi::Env env) -> Napi::Value { return Napi::Number::New(env, *speed); });
}

/// For tests: fills every buffer allocated from now on with NaN.
void poison(const Napi::CallbackInfo& info) { poison_fresh_buffers = info[0].ToBoolean(); }

}  // namespace

void InitEngine(Napi::Env env, Napi::Object exports) {
  exports.Set("engineModes", Napi::Function::New(env, engine_modes));
  exports.Set("createTrainer", Napi::Function::New(env, create_trainer));
  exports.Set("createPredictor", Napi::Function::New(env, create_predictor));
  exports.Set("productSpeed", Napi::Function::New(env, measure_product_speed));
  exports.Set("poisonFreshBuffers", Napi::Function::New(env, poison));
}
