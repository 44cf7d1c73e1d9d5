// Entry of the addon: what JavaScript sees is assembled here from the engine and the memory.
#include <napi.h>

#if defined(__linux__)
#include <malloc.h>
#endif

#include "engine_addon.h"

#if __has_include("memory_addon.h")
#include "memory_addon.h"
#define UNDERSTUDY_HAS_MEMORY 1
#endif

namespace {

/// Parameters, checkpoints and corpora go back to the system when they are freed. glibc would raise this threshold to
/// the size of whatever was freed last (mallopt(3)), keep all smaller pieces, and the trainer would stay some 100 MB
/// larger.
void give_large_pieces_back() {
#if defined(__GLIBC__)
  mallopt(M_MMAP_THRESHOLD, 128 << 10);
#endif
}

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  give_large_pieces_back();
  InitEngine(env, exports);
#ifdef UNDERSTUDY_HAS_MEMORY
  InitMemory(env, exports);
#endif
  return exports;
}

}  // namespace

NODE_API_MODULE(understudy, Init)
