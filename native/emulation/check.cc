// Puts the tables of newer instructions, or NEON's, through the self-check that decides at load whether they are
// offered.
#include <cstdio>

#include "../engine/dispatch.h"
#include "../engine/self_check.h"
#include "../kernels/isa.h"

using namespace understudy;

int main() {
  bool all = true;
#if defined(UNDERSTUDY_X64)
  for (const Kernels* kernels : {&avxvnni_kernels(), &avx512_kernels(), &avx512vnni_kernels(), &avx512bf16_kernels(),
                                 &avx512int8_kernels(), &amx_kernels(), &amx_int8_kernels()}) {
#else
  for (const Kernels* kernels : {&neon_kernels(), &neon_int8_kernels()}) {
#endif
    const bool passed = self_check(*kernels);
    std::printf("%s: %s\n", mode_name(*kernels).c_str(), passed ? "agrees with the plain kernels" : "DIFFERS");
    all = all && passed;
  }
  return all ? 0 : 1;
}
