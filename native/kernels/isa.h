// The kernel tables there are; each is compiled with its own instruction set (binding.gyp), so nothing but these
// functions may be called before dispatch.cc has seen that the processor has it. For the same reason the kernels'
// headers keep everything in unnamed namespaces and use nothing of the standard library that is not inlined: a function
// shared by the linker could be the copy compiled for another processor.
#pragma once

#include "kernels.h"

namespace understudy {

const Kernels& plain_kernels();
const Kernels& plain_bf16_kernels();
const Kernels& plain_int8_kernels();
#if defined(UNDERSTUDY_X64)
const Kernels& avx2_kernels();
const Kernels& avx2_bf16_kernels();
const Kernels& avxvnni_kernels();
const Kernels& avx512_kernels();
const Kernels& avx512vnni_kernels();
const Kernels& avx512bf16_kernels();
const Kernels& avx512int8_kernels();
const Kernels& amx_kernels();
const Kernels& amx_int8_kernels();
#elif defined(UNDERSTUDY_ARM64)
const Kernels& neon_kernels();
const Kernels& neon_int8_kernels();
#endif

}  // namespace understudy
