// Inlining that does not depend on the optimiser.
#pragma once

/// Marks a function that headers of kernels define with external linkage (members of structs that other files see too).
/// Such a header is compiled once per instruction set, and the linker keeps one copy of every function that was not
/// inlined: an AVX-512 copy could then run on a processor without it. test/engine/native/weak-symbols.test.ts looks
/// for such copies.
#if defined(_MSC_VER) && !defined(__clang__)
#define UNDERSTUDY_ALWAYS_INLINE __forceinline
#else
#define UNDERSTUDY_ALWAYS_INLINE [[gnu::always_inline]] inline
#endif
