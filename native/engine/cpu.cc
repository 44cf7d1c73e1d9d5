#include "cpu.h"

#include <cstdint>

#if defined(__linux__) && defined(__aarch64__)
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

#if defined(UNDERSTUDY_X64)
#if defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#endif
#if defined(_MSC_VER)
#include <immintrin.h>
#include <intrin.h>
#else
#include <cpuid.h>
#endif
#endif

namespace understudy {

#if defined(UNDERSTUDY_X64)
namespace {

struct Registers {
  uint32_t a, b, c, d;
};

Registers cpuid(uint32_t leaf, uint32_t subleaf) {
#if defined(_MSC_VER)
  int r[4];
  __cpuidex(r, static_cast<int>(leaf), static_cast<int>(subleaf));
  return {uint32_t(r[0]), uint32_t(r[1]), uint32_t(r[2]), uint32_t(r[3])};
#else
  Registers r{};
  __cpuid_count(leaf, subleaf, r.a, r.b, r.c, r.d);
  return r;
#endif
}

/// Register states that the operating system saves (XCR0).
uint64_t saved_states() {
#if defined(_MSC_VER)
  return _xgetbv(0);
#else
  uint32_t low, high;
  __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return static_cast<uint64_t>(high) << 32 | low;
#endif
}

bool bit(uint32_t value, int index) { return value >> index & 1; }

/// Linux grants the tiles' large state on request only, to the whole process.
bool request_tiles() {
#if defined(__linux__)
  constexpr long kRequestPermission = 0x1023;  // ARCH_REQ_XCOMP_PERM
  constexpr long kTileData = 18;               // XFEATURE_XTILEDATA
  return syscall(SYS_arch_prctl, kRequestPermission, kTileData) == 0;
#else
  return false;
#endif
}

CpuFeatures detect() {
  CpuFeatures found{};
  if (cpuid(0, 0).a < 7) return found;
  const Registers basic = cpuid(1, 0);
  const bool xsave = bit(basic.c, 27);
  if (!xsave) return found;
  const uint64_t states = saved_states();
  const bool saves_ymm = (states & 0x6) == 0x6;
  const bool saves_zmm = (states & 0xe6) == 0xe6;
  const Registers extended = cpuid(7, 0);
  found.avx2 = saves_ymm && bit(basic.c, 12) && bit(basic.c, 28) && bit(extended.b, 5);
  found.avx512 = found.avx2 && saves_zmm && bit(extended.b, 16) && bit(extended.b, 17) && bit(extended.b, 30) &&
                 bit(extended.b, 31);
  const uint32_t newer = extended.a >= 1 ? cpuid(7, 1).a : 0;
  found.avx_vnni = found.avx2 && bit(newer, 4);
  found.avx512_vnni = found.avx512 && bit(extended.c, 11);
  found.avx512_bf16 = found.avx512_vnni && bit(newer, 5);
  const bool saves_tiles = (states & 0x60000) == 0x60000;
  found.amx = found.avx512_bf16 && saves_tiles && bit(extended.d, 22) && bit(extended.d, 24) && bit(extended.d, 25) &&
              request_tiles();
  return found;
}

}  // namespace
#else
namespace {
CpuFeatures detect() {
  CpuFeatures found{};
#if defined(__APPLE__)
  // Every Apple processor for computers has it.
  found.neon_dot = true;
#elif defined(__linux__) && defined(__aarch64__)
  found.neon_dot = getauxval(AT_HWCAP) & HWCAP_ASIMDDP;
#endif
  return found;
}
}  // namespace
#endif

const CpuFeatures& cpu_features() {
  static const CpuFeatures features = detect();
  return features;
}

}  // namespace understudy
