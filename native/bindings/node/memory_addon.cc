#include "memory_addon.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <memory>
#include <mutex>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "arguments.h"
#include "background.h"
#include "core/alphabet.h"
#include "memory/memory.h"

using namespace understudy;
using memory::ContextState;
using memory::File;
using memory::Memory;
using memory::MixingNetwork;
using memory::Tables;

namespace {

/// Symbols that an update takes at a time, before a waiting prediction gets its turn.
constexpr size_t kChunk = 256;

/// A memory and the lock around it. Predictions on JavaScript's thread go before updates on another.
class SharedMemory {
 public:
  SharedMemory(size_t characters, size_t bytes, MixingNetwork network)
      : memory(characters, bytes, std::move(network)) {}

  template <class Work>
  auto with_priority(Work work) {
    waiting_++;
    const std::lock_guard<std::mutex> lock(mutex_);
    waiting_--;
    return work(memory);
  }

  template <class Work>
  void in_turn(Work work) {
    while (waiting_ > 0) std::this_thread::yield();
    const std::lock_guard<std::mutex> lock(mutex_);
    work(memory);
  }

  Memory memory;

 private:
  std::mutex mutex_;
  std::atomic<int> waiting_{0};
};

/// Another expert's predictions [rows, 98], copied; empty for null. Anything but probabilities would spoil the
/// training.
std::vector<float> predictions(const Napi::Value& value, size_t rows) {
  if (value.IsNull() || value.IsUndefined()) return {};
  std::vector<float> copy = floats(value, rows * kAlphabetSize, "others");
  for (size_t row = 0; row < rows; row++) {
    float sum = 0;
    bool is_valid = true;
    for (size_t i = 0; i < kAlphabetSize; i++) {
      const float probability = copy[row * kAlphabetSize + i];
      is_valid = is_valid && probability >= 0;
      sum += probability;
    }
    if (!is_valid || !(std::abs(sum - 1) < 0.01f)) fail(value.Env(), "\"others\" has to hold probabilities.");
  }
  return copy;
}

const float* row_of(const std::vector<float>& others, size_t row) {
  return others.empty() ? nullptr : others.data() + row * kAlphabetSize;
}

/// JavaScript's handle on a memory: `open(name)`, `weights()`, `bytes`.
class MemoryHandle : public Napi::ObjectWrap<MemoryHandle> {
 public:
  static Napi::Function define(Napi::Env env) {
    return DefineClass(env, "Memory",
                       {InstanceMethod<&MemoryHandle::open>("open"), InstanceMethod<&MemoryHandle::weights>("weights"),
                        InstanceAccessor<&MemoryHandle::bytes>("bytes")});
  }
  explicit MemoryHandle(const Napi::CallbackInfo& info) : Napi::ObjectWrap<MemoryHandle>(info) {
    shared_ = *info[0].As<Napi::External<std::shared_ptr<SharedMemory>>>().Data();
    // Tells the garbage collector how much memory this small object keeps alive.
    Napi::MemoryManagement::AdjustExternalMemory(info.Env(), static_cast<int64_t>(shared_->memory.bytes()));
  }
  void Finalize(Napi::Env env) override {
    Napi::MemoryManagement::AdjustExternalMemory(env, -static_cast<int64_t>(shared_->memory.bytes()));
  }

 private:
  Napi::Value open(const Napi::CallbackInfo& info);
  /// weights() → the mixing network's weights as a Uint8Array
  Napi::Value weights(const Napi::CallbackInfo& info) {
    return new_bytes(
        info.Env(), shared_->with_priority([](const Memory& memory) { return memory.network().pretrained_weights(); }));
  }
  Napi::Value bytes(const Napi::CallbackInfo& info) {
    return Napi::Number::New(info.Env(), static_cast<double>(shared_->memory.bytes()));
  }

  std::shared_ptr<SharedMemory> shared_;
};

/// One reading of a text, and the memory that it was opened in.
struct Reading {
  std::shared_ptr<SharedMemory> shared;
  ContextState state;
  std::atomic<bool> busy{false};

  Reading(std::shared_ptr<SharedMemory> memory, const ContextState& at) : shared(std::move(memory)), state(at) {}
};

/// JavaScript's handle on a reading: `read`, `predict`, `costs`, `train`, `fork`.
class PositionHandle : public Napi::ObjectWrap<PositionHandle> {
 public:
  static Napi::Function define(Napi::Env env) {
    return DefineClass(
        env, "Position",
        {InstanceMethod<&PositionHandle::read>("read"), InstanceMethod<&PositionHandle::predict>("predict"),
         InstanceMethod<&PositionHandle::costs>("costs"), InstanceMethod<&PositionHandle::train>("train"),
         InstanceMethod<&PositionHandle::fork>("fork")});
  }
  explicit PositionHandle(const Napi::CallbackInfo& info)
      : Napi::ObjectWrap<PositionHandle>(info),
        reading_(*info[0].As<Napi::External<std::shared_ptr<Reading>>>().Data()) {}

  static Napi::Value wrap(Napi::Env env, std::shared_ptr<Reading> reading);

 private:
  Reading& idle(Napi::Env env) const {
    if (reading_->busy) fail(env, "This position is still training: await it first.");
    return *reading_;
  }

  /// read(symbols): reads on without learning.
  void read(const Napi::CallbackInfo& info) {
    Reading& reading = idle(info.Env());
    const auto text = symbols(info[0], "symbols");
    reading.shared->with_priority([&](const Memory& memory) {
      for (const uint8_t symbol : text) memory.read(reading.state, symbol);
    });
  }

  /// predict(other [98] | null) → probabilities [98]
  Napi::Value predict(const Napi::CallbackInfo& info) {
    const Reading& reading = idle(info.Env());
    const auto other = predictions(info[0], 1);
    auto probabilities = Napi::Float32Array::New(info.Env(), kAlphabetSize);
    reading.shared->with_priority(
        [&](const Memory& memory) { memory.predict(reading.state, row_of(other, 0), probabilities.Data()); });
    return probabilities;
  }

  /// costs(symbols, others [n, 98] | null) → bits per symbol; reads on without learning.
  Napi::Value costs(const Napi::CallbackInfo& info) {
    Reading& reading = idle(info.Env());
    const auto text = symbols(info[0], "symbols");
    const auto others = predictions(info[1], text.size());
    auto bits = Napi::Float32Array::New(info.Env(), text.size());
    reading.shared->with_priority([&](const Memory& memory) {
      for (size_t i = 0; i < text.size(); i++) {
        bits[i] = static_cast<float>(memory.cost(reading.state, text[i], row_of(others, i)));
        memory.read(reading.state, text[i]);
      }
    });
    return bits;
  }

  /// train(symbols, others [n, 98] | null) → promise of the bits per symbol; reads on and learns.
  Napi::Value train(const Napi::CallbackInfo& info) {
    const Napi::Env env = info.Env();
    idle(env);
    auto text = symbols(info[0], "symbols");
    auto others = predictions(info[1], text.size());
    const auto reading = reading_;
    reading->busy = true;
    const auto bits = std::make_shared<std::vector<float>>(text.size());
    return Background::run(
        env,
        [reading, bits, text = std::move(text), others = std::move(others)] {
          for (size_t from = 0; from < text.size(); from += kChunk)
            reading->shared->in_turn([&](Memory& memory) {
              for (size_t i = from; i < std::min(from + kChunk, text.size()); i++)
                (*bits)[i] = static_cast<float>(memory.update(reading->state, text[i], row_of(others, i)));
            });
          reading->busy = false;
        },
        [bits](Napi::Env env) -> Napi::Value { return new_floats(env, bits->data(), bits->size()); });
  }

  Napi::Value fork(const Napi::CallbackInfo& info) {
    const Reading& reading = idle(info.Env());
    return wrap(info.Env(), std::make_shared<Reading>(reading.shared, reading.state));
  }

  std::shared_ptr<Reading> reading_;
};

/// JavaScript's classes, one pair for each environment of Node.
struct Classes {
  Napi::FunctionReference memory;
  Napi::FunctionReference position;
};

Napi::Value PositionHandle::wrap(Napi::Env env, std::shared_ptr<Reading> reading) {
  return env.GetInstanceData<Classes>()->position.New({Napi::External<std::shared_ptr<Reading>>::New(env, &reading)});
}

Napi::Value MemoryHandle::open(const Napi::CallbackInfo& info) {
  const std::string name = info[0].ToString().Utf8Value();
  return PositionHandle::wrap(info.Env(), std::make_shared<Reading>(shared_, ContextState(name.data(), name.size())));
}

constexpr size_t kMaxBytes = size_t(1) << 40;

/// buildMemory(names, texts, {bytes, updateEvery, pretrainedWeights}, cancelled) → promise of a memory.
/// `pretrainedWeights`: pretrained weights, or null. `cancelled`: a Uint8Array on shared memory; a first byte other
/// than 0 cancels.
Napi::Value build_memory(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const auto names = info[0].As<Napi::Array>();
  const auto texts = info[1].As<Napi::Array>();
  if (!info[0].IsArray() || !info[1].IsArray() || names.Length() != texts.Length())
    fail(env, "\"names\" and \"texts\" have to be arrays of the same length.");
  const size_t most = whole_number(info[2].ToObject(), "bytes", Tables::kMinBytes, kMaxBytes);
  const size_t every = whole_number(info[2].ToObject(), "updateEvery", 1, kMaxBytes);
  const Napi::Uint8Array cancelled = cancel_flag(info[3]);

  struct Build {
    std::vector<File> files;
    std::optional<std::vector<uint8_t>> pretrained;
    std::shared_ptr<SharedMemory> shared;
  };
  const auto build = std::make_shared<Build>();
  const Napi::Value pretrainedWeights = info[2].ToObject().Get("pretrainedWeights");
  if (!pretrainedWeights.IsNull()) build->pretrained = bytes(pretrainedWeights, "pretrainedWeights");
  size_t characters = 0;
  for (uint32_t i = 0; i < names.Length(); i++) {
    build->files.push_back({names.Get(i).ToString().Utf8Value(), symbols(texts.Get(i), "texts")});
    characters += build->files.back().symbols.size();
  }
  return Background::run(
      env,
      [=, is_cancelled = poll_of(cancelled)] {
        try {
          MixingNetwork network = build->pretrained ? MixingNetwork(*build->pretrained) : MixingNetwork();
          build->shared = std::make_shared<SharedMemory>(characters, most, std::move(network));
          if (!build->shared->memory.train(build->files, every, is_cancelled)) throw Cancelled();
        } catch (const std::bad_alloc&) {
          throw std::runtime_error("There is not enough memory for a memory of " + std::to_string(most >> 20) + " MB.");
        }
        build->files.clear();
      },
      [build](Napi::Env env) -> Napi::Value {
        return env.GetInstanceData<Classes>()->memory.New(
            {Napi::External<std::shared_ptr<SharedMemory>>::New(env, &build->shared)});
      },
      {cancelled});
}

}  // namespace

void InitMemory(Napi::Env env, Napi::Object exports) {
  auto* const classes = new Classes;
  classes->memory = Napi::Persistent(MemoryHandle::define(env));
  classes->position = Napi::Persistent(PositionHandle::define(env));
  env.SetInstanceData(classes);
  exports.Set("buildMemory", Napi::Function::New(env, build_memory));
}
