// Checks of JavaScript's arguments, and copies of them: the one place for both halves of the addon. Work on other
// threads reads copies only, because JavaScript may change or transfer its buffers meanwhile.
#pragma once

#include <napi.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace understudy {

/// Throws a JavaScript Error.
[[noreturn]] void fail(Napi::Env env, const std::string& message);

/// The property `name`, a whole number in [min, max].
size_t whole_number(const Napi::Object& from, const char* name, size_t min, size_t max);

/// A Float32Array of `expected` elements.
Napi::Float32Array float_array(const Napi::Value& value, size_t expected, const char* name);

/// A Uint8Array.
Napi::Uint8Array byte_array(const Napi::Value& value, const char* name);

/// Copies of arrays.
std::vector<float> floats(const Napi::Value& value, size_t expected, const char* name);
std::vector<uint8_t> bytes(const Napi::Value& value, const char* name);
/// All of them symbols of the alphabet.
std::vector<uint8_t> symbols(const Napi::Value& value, const char* name);
std::vector<uint8_t> symbols(const Napi::Value& value, size_t expected, const char* name);

/// New arrays for JavaScript.
Napi::Float32Array new_floats(Napi::Env env, const float* from, size_t count);
Napi::Uint8Array new_bytes(Napi::Env env, const std::vector<uint8_t>& from);

/// A cancel flag: a Uint8Array of at least one byte, on shared memory; a first byte other than 0 cancels.
Napi::Uint8Array cancel_flag(const Napi::Value& value);
/// Asks for a cancellation, on any thread, for as long as `flag` is kept alive.
std::function<bool()> poll_of(const Napi::Uint8Array& flag);

}  // namespace understudy
