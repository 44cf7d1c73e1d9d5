// Chooses among the kernel tables at run time.
#pragma once

#include <string>
#include <vector>

#include "../kernels/kernels.h"

namespace understudy {

/// "bf16-amx", "fp32-avx2" …: how a table is asked for by name.
std::string mode_name(const Kernels& kernels);

/// Tables this processor runs, fastest first, as measured once, when they are first asked for. Each has proved itself
/// on small products against the plain one; a table that gave anything else is not offered, so that code no one could
/// try on real hardware cannot do harm.
const std::vector<const Kernels*>& available_kernels();

/// By name, or null.
const Kernels* find_kernels(const std::string& name);

}  // namespace understudy
