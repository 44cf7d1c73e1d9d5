#include "dispatch.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "gemm_peak.h"
#include "kernels/isa.h"
#include "self_check.h"

namespace understudy {

namespace {

/// Ratio of speeds from which a mode goes before one with newer instructions: more than measurements vary.
constexpr double kClearlyFaster = 1.25;

/// Sorts by speed. Newer instructions are not always faster: AMD's bf16 dot products are twice as fast as fp32, Intel's
/// (measured on a Xeon with AMX) two thirds as fast.
void sort_by_speed(std::vector<const Kernels*>& modes) {
  std::vector<double> speeds;
  for (const Kernels* kernels : modes) speeds.push_back(quick_gemm_speed(*kernels));
  for (size_t next = 1; next < modes.size(); next++)
    for (size_t i = next; i > 0 && speeds[i] > kClearlyFaster * speeds[i - 1]; i--) {
      std::swap(speeds[i], speeds[i - 1]);
      std::swap(modes[i], modes[i - 1]);
    }
}

}  // namespace

const std::vector<KernelTable>& kernel_tables() {
  static const std::vector<KernelTable> tables = {
#if defined(UNDERSTUDY_X64)
#if defined(UNDERSTUDY_DOT_PRODUCTS)
      {amx_int8_kernels, [](const CpuFeatures& cpu) { return cpu.amx; }},
      {amx_kernels, [](const CpuFeatures& cpu) { return cpu.amx; }},
      {avx512int8_kernels, [](const CpuFeatures& cpu) { return cpu.avx512_bf16; }},
      {avx512bf16_kernels, [](const CpuFeatures& cpu) { return cpu.avx512_bf16; }},
      {avx512vnni_kernels, [](const CpuFeatures& cpu) { return cpu.avx512_vnni && !cpu.avx512_bf16; }},
      {avxvnni_kernels, [](const CpuFeatures& cpu) { return cpu.avx_vnni; }},
#endif
      {avx512_kernels, [](const CpuFeatures& cpu) { return cpu.avx512; }},
      {avx2_int8_kernels, [](const CpuFeatures& cpu) { return cpu.avx2 && !cpu.avx_vnni && !cpu.avx512_vnni; }},
      {avx2_kernels, [](const CpuFeatures& cpu) { return cpu.avx2; }},
#elif defined(UNDERSTUDY_ARM64)
#if defined(UNDERSTUDY_DOT_PRODUCTS)
      {neon_int8_kernels, [](const CpuFeatures& cpu) { return cpu.neon_dot; }},
#endif
      {neon_kernels, [](const CpuFeatures&) { return true; }},
#endif
  };
  return tables;
}

std::string mode_name(const Kernels& kernels) {
  std::string name = std::string(kernels.numeric) + "-";
  for (const char* c = kernels.instructions; *c; c++)
    if (std::isalnum(static_cast<unsigned char>(*c))) name += static_cast<char>(std::tolower(*c));
  return name;
}

const std::vector<const Kernels*>& available_kernels() {
  static const std::vector<const Kernels*> all = [] {
    std::vector<const Kernels*> available;
    for (const KernelTable& table : kernel_tables())
      if (table.is_for(cpu_features()) && self_check(table.kernels())) available.push_back(&table.kernels());
    sort_by_speed(available);
    available.push_back(&plain_kernels());
#if defined(UNDERSTUDY_X64)
    if (cpu_features().avx2) available.push_back(&avx2_bf16_kernels());
#endif
    available.push_back(&plain_bf16_kernels());
    available.push_back(&plain_int8_kernels());
    available.push_back(&plain_int7_kernels());
    return available;
  }();
  return all;
}

const Kernels* find_kernels(const std::string& name) {
  const auto& all = available_kernels();
  const auto found = std::find_if(all.begin(), all.end(), [&](const Kernels* k) { return mode_name(*k) == name; });
  return found == all.end() ? nullptr : *found;
}

}  // namespace understudy
