#pragma once

#include <napi.h>

/// Exports the memory: `buildMemory`. Its types stand in src/memory/native-memory.ts.
void InitMemory(Napi::Env env, Napi::Object exports);
