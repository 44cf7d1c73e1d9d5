#pragma once

#include <napi.h>

/// Exports the engine: `engineModes`, `createTrainer`, `createPredictor`, `poisonFreshBuffers`. Their types stand in
/// src/engine/native/engine-addon.ts.
void InitEngine(Napi::Env env, Napi::Object exports);
