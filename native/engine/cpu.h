// Instruction sets that this processor and operating system support.
#pragma once

namespace understudy {

struct CpuFeatures {
  /// AVX2 and FMA.
  bool avx2;
  /// AVX-VNNI, and avx2.
  bool avx_vnni;
  /// AVX-512 F, BW, DQ and VL, and avx2.
  bool avx512;
  /// AVX-512 VNNI, and avx512.
  bool avx512_vnni;
  /// AVX-512 BF16, and avx512_vnni.
  bool avx512_bf16;
  /// AMX tiles of bf16 and of bytes, granted to this process by the operating system (Linux), and avx512_bf16.
  bool amx;
  /// Armv8.2's "dotprod".
  bool neon_dot;
};

const CpuFeatures& cpu_features();

}  // namespace understudy
