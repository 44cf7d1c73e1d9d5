#include "dispatch.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "../kernels/isa.h"
#include "ceiling.h"
#include "cpu.h"
#include "self_check.h"

namespace understudy {

namespace {

std::vector<const Kernels*> candidates() {
  std::vector<const Kernels*> found;
#if defined(UNDERSTUDY_X64)
  const CpuFeatures& cpu = cpu_features();
#if defined(UNDERSTUDY_NEWER)
  if (cpu.amx) {
    found.push_back(&amx_int8_kernels());
    found.push_back(&amx_kernels());
  }
  if (cpu.avx512_bf16) {
    found.push_back(&avx512int8_kernels());
    found.push_back(&avx512bf16_kernels());
  } else if (cpu.avx512_vnni) {
    found.push_back(&avx512vnni_kernels());
  }
  if (cpu.avx_vnni) found.push_back(&avxvnni_kernels());
#endif
  if (cpu.avx512) found.push_back(&avx512_kernels());
  if (cpu.avx2) found.push_back(&avx2_kernels());
#elif defined(UNDERSTUDY_ARM64)
#if defined(UNDERSTUDY_NEWER)
  if (cpu_features().neon_dot) found.push_back(&neon_int8_kernels());
#endif
  found.push_back(&neon_kernels());
#endif
  return found;
}

/// By how much a mode must be faster than one with newer instructions to go before it: more than measurements vary.
constexpr double kClearlyFaster = 1.25;

/// Newer instructions are not always faster: AMD's bf16 dot products do twice as much as fp32, Intel's (seen on a Xeon
/// with AMX) two thirds.
void fastest_first(std::vector<const Kernels*>& modes) {
  std::vector<double> speeds;
  for (const Kernels* kernels : modes) speeds.push_back(quick_product_speed(*kernels));
  for (size_t next = 1; next < modes.size(); next++)
    for (size_t i = next; i > 0 && speeds[i] > kClearlyFaster * speeds[i - 1]; i--) {
      std::swap(speeds[i], speeds[i - 1]);
      std::swap(modes[i], modes[i - 1]);
    }
}

}  // namespace

std::string mode_name(const Kernels& kernels) {
  std::string name = std::string(kernels.numeric) + "-";
  for (const char* c = kernels.instructions; *c; c++)
    if (std::isalnum(static_cast<unsigned char>(*c))) name += static_cast<char>(std::tolower(*c));
  return name;
}

const std::vector<const Kernels*>& available_kernels() {
  static const std::vector<const Kernels*> available = [] {
    std::vector<const Kernels*> proved;
    for (const Kernels* kernels : candidates())
      if (self_check(*kernels)) proved.push_back(kernels);
    fastest_first(proved);
    proved.push_back(&plain_kernels());
#if defined(UNDERSTUDY_X64)
    if (cpu_features().avx2) proved.push_back(&avx2_bf16_kernels());
#endif
    proved.push_back(&plain_bf16_kernels());
    proved.push_back(&plain_int8_kernels());
    return proved;
  }();
  return available;
}

const Kernels* find_kernels(const std::string& name) {
  const auto& all = available_kernels();
  const auto found = std::find_if(all.begin(), all.end(), [&](const Kernels* k) { return mode_name(*k) == name; });
  return found == all.end() ? nullptr : *found;
}

}  // namespace understudy
