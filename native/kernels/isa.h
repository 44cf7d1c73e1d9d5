// Kernel tables of all instruction sets.
//
// Each table is compiled with its own compiler flags (binding.gyp), so none but these functions may be called before
// dispatch.cc has seen that the processor has the instructions. For the same reason the headers of kernels keep
// functions in unnamed namespaces, mark the few with external linkage UNDERSTUDY_ALWAYS_INLINE, and use only types and
// constants of the standard library: of a function that several objects define, the linker keeps any one copy, and that
// could be the one for another processor.
#pragma once

#include "kernels.h"

namespace understudy {

const Kernels& plain_kernels();
const Kernels& plain_bf16_kernels();
const Kernels& plain_int8_kernels();
/// As plain_int8_kernels with weights of seven bits.
const Kernels& plain_int7_kernels();
#if defined(UNDERSTUDY_X64)
const Kernels& avx2_int8_kernels();
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
