// Entry of the addon: what JavaScript sees is assembled here from the engine and the memory.
#include <napi.h>

#include "engine_addon.h"

#if __has_include("memory_addon.h")
#include "memory_addon.h"
#define UNDERSTUDY_HAS_MEMORY 1
#endif

namespace {

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  InitEngine(env, exports);
#ifdef UNDERSTUDY_HAS_MEMORY
  InitMemory(env, exports);
#endif
  return exports;
}

}  // namespace

NODE_API_MODULE(understudy, Init)
