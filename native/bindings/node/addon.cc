// Entry of the addon: assembles JavaScript's exports from the engine and the memory.
#include <napi.h>

#if defined(__linux__)
#include <malloc.h>
#endif

#include "engine_addon.h"
#include "memory_addon.h"

namespace {

/// Makes free() return large pieces (parameters, checkpoints, corpora) to the system. glibc would otherwise raise this
/// threshold to the size of the last freed piece (mallopt(3)) and keep all smaller ones: some 100 MB of the trainer.
void return_large_pieces() {
#if defined(__GLIBC__)
  mallopt(M_MMAP_THRESHOLD, 128 << 10);
#endif
}

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  return_large_pieces();
  InitEngine(env, exports);
  InitMemory(env, exports);
  return exports;
}

}  // namespace

NODE_API_MODULE(understudy, Init)
