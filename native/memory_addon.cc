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

#include "background.h"
#include "memory/memory.h"

using understudy::Background;
using understudy::memory::File;
using understudy::memory::Judgement;
using understudy::memory::kSymbols;
using understudy::memory::Memory;
using understudy::memory::Position;
using understudy::memory::Tables;

namespace {

/// Symbols learnt before anyone else may look.
constexpr size_t kChunk = 256;

[[noreturn]] void fail(Napi::Env env, const std::string& message) { throw Napi::Error::New(env, message); }

/// A memory with whom it serves: predictions on JavaScript's thread go before learning on another.
class Shared {
 public:
  Shared(size_t characters, size_t bytes, Judgement judgement) : memory(characters, bytes, std::move(judgement)) {}

  template <class Work>
  auto first(Work work) {
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

/// Copied, so that nobody changes them while they are read.
std::vector<uint8_t> symbols(const Napi::Value& value) {
  if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != napi_uint8_array)
    fail(value.Env(), "\"symbols\" has to be a Uint8Array.");
  const auto array = value.As<Napi::Uint8Array>();
  std::vector<uint8_t> copy(array.Data(), array.Data() + array.ElementLength());
  if (std::any_of(copy.begin(), copy.end(), [](uint8_t symbol) { return symbol >= kSymbols; }))
    fail(value.Env(), "\"symbols\" holds numbers that are no symbols: they go from 0 to 97.");
  return copy;
}

/// Another expert's predictions [rows, 98], copied; empty for null. Anything but probabilities would spoil what is
/// learnt.
std::vector<float> predictions(const Napi::Value& value, size_t rows) {
  if (value.IsNull() || value.IsUndefined()) return {};
  if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != napi_float32_array)
    fail(value.Env(), "\"others\" has to be a Float32Array or null.");
  const auto array = value.As<Napi::Float32Array>();
  if (array.ElementLength() != rows * kSymbols)
    fail(value.Env(), "\"others\" has " + std::to_string(array.ElementLength()) + " elements where " +
                          std::to_string(rows * kSymbols) + " are needed.");
  std::vector<float> copy(array.Data(), array.Data() + array.ElementLength());
  for (size_t row = 0; row < rows; row++) {
    float sum = 0;
    bool is_valid = true;
    for (size_t i = 0; i < kSymbols; i++) {
      const float probability = copy[row * kSymbols + i];
      is_valid = is_valid && probability >= 0;
      sum += probability;
    }
    if (!is_valid || !(std::abs(sum - 1) < 0.01f)) fail(value.Env(), "\"others\" has to hold probabilities.");
  }
  return copy;
}

const float* row_of(const std::vector<float>& others, size_t row) {
  return others.empty() ? nullptr : others.data() + row * kSymbols;
}

/// JavaScript's handle on a memory: `open(name)`, `experience()`, `bytes`.
class MemoryHandle : public Napi::ObjectWrap<MemoryHandle> {
 public:
  static Napi::Function define(Napi::Env env) {
    return DefineClass(
        env, "Memory",
        {InstanceMethod<&MemoryHandle::open>("open"), InstanceMethod<&MemoryHandle::experience>("experience"),
         InstanceAccessor<&MemoryHandle::bytes>("bytes")});
  }
  explicit MemoryHandle(const Napi::CallbackInfo& info) : Napi::ObjectWrap<MemoryHandle>(info) {
    shared_ = *info[0].As<Napi::External<std::shared_ptr<Shared>>>().Data();
    // So that JavaScript's collector knows what hangs on this little object.
    Napi::MemoryManagement::AdjustExternalMemory(info.Env(), static_cast<int64_t>(shared_->memory.bytes()));
  }
  void Finalize(Napi::Env env) override {
    Napi::MemoryManagement::AdjustExternalMemory(env, -static_cast<int64_t>(shared_->memory.bytes()));
  }

 private:
  Napi::Value open(const Napi::CallbackInfo& info);
  /// experience() → what it has learnt of how to judge, as a Uint8Array
  Napi::Value experience(const Napi::CallbackInfo& info) {
    const auto learnt = shared_->first([](const Memory& memory) { return memory.judgement().experience(); });
    auto array = Napi::Uint8Array::New(info.Env(), learnt.size());
    std::copy(learnt.begin(), learnt.end(), array.Data());
    return array;
  }
  Napi::Value bytes(const Napi::CallbackInfo& info) {
    return Napi::Number::New(info.Env(), static_cast<double>(shared_->memory.bytes()));
  }

  std::shared_ptr<Shared> shared_;
};

/// A position in a text, with the memory that it was opened in.
struct Place {
  std::shared_ptr<Shared> shared;
  Position position;
  std::atomic<bool> busy{false};

  Place(std::shared_ptr<Shared> memory, const Position& at) : shared(std::move(memory)), position(at) {}
};

/// JavaScript's handle on a position: `read`, `predict`, `costs`, `study`, `fork`.
class PositionHandle : public Napi::ObjectWrap<PositionHandle> {
 public:
  static Napi::Function define(Napi::Env env) {
    return DefineClass(
        env, "Position",
        {InstanceMethod<&PositionHandle::read>("read"), InstanceMethod<&PositionHandle::predict>("predict"),
         InstanceMethod<&PositionHandle::costs>("costs"), InstanceMethod<&PositionHandle::study>("study"),
         InstanceMethod<&PositionHandle::fork>("fork")});
  }
  explicit PositionHandle(const Napi::CallbackInfo& info)
      : Napi::ObjectWrap<PositionHandle>(info), place_(*info[0].As<Napi::External<std::shared_ptr<Place>>>().Data()) {}

  static Napi::Value wrap(Napi::Env env, std::shared_ptr<Place> place);

 private:
  Place& idle(Napi::Env env) const {
    if (place_->busy) fail(env, "This position is still studying: await it first.");
    return *place_;
  }

  /// read(symbols): goes on without learning.
  void read(const Napi::CallbackInfo& info) {
    Place& place = idle(info.Env());
    const auto text = symbols(info[0]);
    place.shared->first([&](const Memory& memory) {
      for (const uint8_t symbol : text) memory.read(place.position, symbol);
    });
  }

  /// predict(other [98] | null) → probabilities [98]
  Napi::Value predict(const Napi::CallbackInfo& info) {
    const Place& place = idle(info.Env());
    const auto other = predictions(info[0], 1);
    auto probabilities = Napi::Float32Array::New(info.Env(), kSymbols);
    place.shared->first(
        [&](const Memory& memory) { memory.predict(place.position, row_of(other, 0), probabilities.Data()); });
    return probabilities;
  }

  /// costs(symbols, others [n, 98] | null) → bits that each costs; reads on without learning.
  Napi::Value costs(const Napi::CallbackInfo& info) {
    Place& place = idle(info.Env());
    const auto text = symbols(info[0]);
    const auto others = predictions(info[1], text.size());
    auto bits = Napi::Float32Array::New(info.Env(), text.size());
    place.shared->first([&](const Memory& memory) {
      for (size_t i = 0; i < text.size(); i++) {
        bits[i] = static_cast<float>(memory.cost(place.position, text[i], row_of(others, i)));
        memory.read(place.position, text[i]);
      }
    });
    return bits;
  }

  /// study(symbols, others [n, 98] | null) → promise of the bits that each cost; learns.
  Napi::Value study(const Napi::CallbackInfo& info) {
    const Napi::Env env = info.Env();
    idle(env);
    auto text = symbols(info[0]);
    auto others = predictions(info[1], text.size());
    const auto place = place_;
    place->busy = true;
    const auto bits = std::make_shared<std::vector<float>>(text.size());
    return Background::run(
        env,
        [place, bits, text = std::move(text), others = std::move(others)] {
          for (size_t from = 0; from < text.size(); from += kChunk)
            place->shared->in_turn([&](Memory& memory) {
              for (size_t i = from; i < std::min(from + kChunk, text.size()); i++)
                (*bits)[i] = static_cast<float>(memory.study(place->position, text[i], row_of(others, i)));
            });
          place->busy = false;
        },
        [bits](Napi::Env env) -> Napi::Value {
          auto array = Napi::Float32Array::New(env, bits->size());
          std::copy(bits->begin(), bits->end(), array.Data());
          return array;
        });
  }

  Napi::Value fork(const Napi::CallbackInfo& info) {
    const Place& place = idle(info.Env());
    return wrap(info.Env(), std::make_shared<Place>(place.shared, place.position));
  }

  std::shared_ptr<Place> place_;
};

/// One for each of Node's environments.
struct Classes {
  Napi::FunctionReference memory;
  Napi::FunctionReference position;
};

Napi::Value PositionHandle::wrap(Napi::Env env, std::shared_ptr<Place> place) {
  return env.GetInstanceData<Classes>()->position.New({Napi::External<std::shared_ptr<Place>>::New(env, &place)});
}

Napi::Value MemoryHandle::open(const Napi::CallbackInfo& info) {
  const std::string name = info[0].ToString().Utf8Value();
  return PositionHandle::wrap(info.Env(), std::make_shared<Place>(shared_, Position(name.data(), name.size())));
}

size_t whole(const Napi::Object& from, const char* name, size_t least) {
  const double value = from.Get(name).ToNumber().DoubleValue();
  constexpr double kMost = 1ull << 40;
  if (!(value >= static_cast<double>(least) && value <= kMost) || value != std::floor(value))
    fail(from.Env(), std::string("\"") + name + "\" has to be a whole number from " + std::to_string(least) + " on.");
  return static_cast<size_t>(value);
}

/// Ends the work where the byte that both sides see is no longer 0.
struct Cancelled : std::exception {
  const char* what() const noexcept override { return "cancelled"; }
};

/// Copied, from a Uint8Array as `experience()` gives it; nothing for null.
std::optional<std::vector<uint8_t>> experience_from(const Napi::Value& value) {
  if (value.IsNull()) return std::nullopt;
  if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != napi_uint8_array)
    fail(value.Env(), "\"experience\" has to be a Uint8Array or null.");
  const auto array = value.As<Napi::Uint8Array>();
  return std::vector<uint8_t>(array.Data(), array.Data() + array.ElementLength());
}

/// buildMemory(names, texts, {bytes, studyEvery, experience}, cancelled: Uint8Array on shared memory) → promise of a
/// memory
Napi::Value build_memory(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const auto names = info[0].As<Napi::Array>();
  const auto texts = info[1].As<Napi::Array>();
  if (!info[0].IsArray() || !info[1].IsArray() || names.Length() != texts.Length())
    fail(env, "\"names\" and \"texts\" have to be arrays of the same length.");
  const size_t bytes = whole(info[2].ToObject(), "bytes", Tables::kLeastBytes);
  const size_t every = whole(info[2].ToObject(), "studyEvery", 1);
  auto cancelled = info[3].As<Napi::Uint8Array>();

  struct Build {
    std::vector<File> files;
    std::optional<std::vector<uint8_t>> experience;
    std::shared_ptr<Shared> shared;
  };
  const auto build = std::make_shared<Build>();
  build->experience = experience_from(info[2].ToObject().Get("experience"));
  size_t characters = 0;
  for (uint32_t i = 0; i < names.Length(); i++) {
    build->files.push_back({names.Get(i).ToString().Utf8Value(), symbols(texts.Get(i))});
    characters += build->files.back().symbols.size();
  }
  return Background::run(
      env,
      [=, flag = static_cast<const volatile uint8_t*>(cancelled.Data())] {
        try {
          Judgement judgement = build->experience ? Judgement(*build->experience) : Judgement();
          build->shared = std::make_shared<Shared>(characters, bytes, std::move(judgement));
          if (!build->shared->memory.learn(build->files, every, [flag] { return *flag != 0; })) throw Cancelled();
        } catch (const std::bad_alloc&) {
          throw std::runtime_error("There is not enough memory for a memory of " + std::to_string(bytes >> 20) +
                                   " MB.");
        }
        build->files.clear();
      },
      [build](Napi::Env env) -> Napi::Value {
        return env.GetInstanceData<Classes>()->memory.New(
            {Napi::External<std::shared_ptr<Shared>>::New(env, &build->shared)});
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
