// Runs the self-check, which decides at load whether a kernel table is offered, on every table of this binary.
#include <cstdio>

#include "engine/dispatch.h"
#include "engine/self_check.h"

using namespace understudy;

int main() {
  bool all = true;
  for (const KernelTable& table : kernel_tables()) {
    const Kernels& kernels = table.kernels();
    const bool passed = self_check(kernels);
    std::printf("%s: %s\n", mode_name(kernels).c_str(), passed ? "agrees with the plain kernels" : "DIFFERS");
    all = all && passed;
  }
  return all ? 0 : 1;
}
