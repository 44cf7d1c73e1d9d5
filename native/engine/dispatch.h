// Choice among the kernel tables at run time.
#pragma once

#include <string>
#include <vector>

#include "cpu.h"
#include "kernels/kernels.h"

namespace understudy {

/// A kernel table that this binary contains, and the processors for it.
struct KernelTable {
  const Kernels& (*kernels)();
  /// Whether it is worth offering on a processor with these features.
  bool (*is_for)(const CpuFeatures&);
};

/// All tables but the plain and the emulated ones, newest instructions first. A new instruction set is added here.
const std::vector<KernelTable>& kernel_tables();

/// Name of a table: "bf16-amx", "fp32-avx2" …
std::string mode_name(const Kernels& kernels);

/// Tables for this processor, fastest first, as measured once, at the first call. Each has passed the self-check
/// against the plain table; tables with other results are not offered, so that code that nobody has tried on real
/// hardware cannot do harm.
const std::vector<const Kernels*>& available_kernels();

/// The table of this name, or null.
const Kernels* find_kernels(const std::string& name);

}  // namespace understudy
