#include "arguments.h"

#include <algorithm>
#include <cmath>

#include "core/alphabet.h"

namespace understudy {

namespace {

std::string quoted(const char* name) { return std::string("\"") + name + "\""; }

void check_length(Napi::Env env, size_t length, size_t expected, const char* name) {
  if (length != expected)
    fail(env, quoted(name) + " has " + std::to_string(length) + " elements where " + std::to_string(expected) +
                  " are needed.");
}

/// Reads a byte of a SharedArrayBuffer that JavaScript's thread writes. Relaxed order: nothing else depends on it.
uint8_t load_relaxed(const uint8_t* shared) {
#if defined(__GNUC__)
  return __atomic_load_n(shared, __ATOMIC_RELAXED);
#else
  return *static_cast<const volatile uint8_t*>(shared);
#endif
}

}  // namespace

void fail(Napi::Env env, const std::string& message) { throw Napi::Error::New(env, message); }

size_t whole_number(const Napi::Object& from, const char* name, size_t min, size_t max) {
  const double value = from.Get(name).ToNumber().DoubleValue();
  if (!(value >= static_cast<double>(min) && value <= static_cast<double>(max)) || value != std::floor(value))
    fail(from.Env(), quoted(name) + " has to be a whole number from " + std::to_string(min) + " to " +
                         std::to_string(max) + ", not " + from.Get(name).ToString().Utf8Value() + ".");
  return static_cast<size_t>(value);
}

Napi::Float32Array float_array(const Napi::Value& value, size_t expected, const char* name) {
  if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != napi_float32_array)
    fail(value.Env(), quoted(name) + " has to be a Float32Array.");
  const auto array = value.As<Napi::Float32Array>();
  check_length(value.Env(), array.ElementLength(), expected, name);
  return array;
}

std::vector<float> floats(const Napi::Value& value, size_t expected, const char* name) {
  auto array = float_array(value, expected, name);
  return std::vector<float>(array.Data(), array.Data() + array.ElementLength());
}

Napi::Uint8Array byte_array(const Napi::Value& value, const char* name) {
  if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != napi_uint8_array)
    fail(value.Env(), quoted(name) + " has to be a Uint8Array.");
  return value.As<Napi::Uint8Array>();
}

std::vector<uint8_t> bytes(const Napi::Value& value, const char* name) {
  auto array = byte_array(value, name);
  return std::vector<uint8_t>(array.Data(), array.Data() + array.ElementLength());
}

std::vector<uint8_t> symbols(const Napi::Value& value, const char* name) {
  std::vector<uint8_t> copy = bytes(value, name);
  const auto wrong = std::find_if(copy.begin(), copy.end(), [](uint8_t symbol) { return symbol >= kAlphabetSize; });
  if (wrong != copy.end())
    fail(value.Env(), quoted(name) + " holds " + std::to_string(*wrong) + ", which is no symbol: they go from 0 to " +
                          std::to_string(kAlphabetSize - 1) + ".");
  return copy;
}

std::vector<uint8_t> symbols(const Napi::Value& value, size_t expected, const char* name) {
  std::vector<uint8_t> copy = symbols(value, name);
  check_length(value.Env(), copy.size(), expected, name);
  return copy;
}

Napi::Float32Array new_floats(Napi::Env env, const float* from, size_t count) {
  auto array = Napi::Float32Array::New(env, count);
  std::copy_n(from, count, array.Data());
  return array;
}

Napi::Uint8Array new_bytes(Napi::Env env, const std::vector<uint8_t>& from) {
  auto array = Napi::Uint8Array::New(env, from.size());
  std::copy(from.begin(), from.end(), array.Data());
  return array;
}

Napi::Uint8Array cancel_flag(const Napi::Value& value) {
  const Napi::Uint8Array flag = byte_array(value, "cancelled");
  if (flag.ElementLength() == 0) fail(value.Env(), "\"cancelled\" has to hold at least one byte.");
  return flag;
}

std::function<bool()> poll_of(const Napi::Uint8Array& flag) {
  return [byte = static_cast<const uint8_t*>(flag.Data())] { return load_relaxed(byte) != 0; };
}

}  // namespace understudy
