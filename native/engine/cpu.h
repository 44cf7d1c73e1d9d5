// What this processor and operating system can run.
#pragma once

namespace understudy {

struct CpuFeatures {
  /// AVX2 and FMA.
  bool avx2;
  /// AVX-VNNI, beside the above.
  bool avx_vnni;
  /// AVX-512 F, BW, DQ and VL.
  bool avx512;
  /// AVX-512 VNNI, beside the above.
  bool avx512_vnni;
  /// AVX-512 BF16, beside the above.
  bool avx512_bf16;
  /// AMX tiles, of bf16 and of bytes, beside the above, granted to this process by the operating system (Linux).
  bool amx;
  /// Armv8.2's dot products of bytes.
  bool neon_dot;
};

const CpuFeatures& cpu_features();

}  // namespace understudy
