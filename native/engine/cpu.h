// What this processor and operating system can run.
#pragma once

namespace understudy {

struct CpuFeatures {
  /// AVX2 and FMA.
  bool avx2;
  /// AVX-512 F, BW, DQ and VL.
  bool avx512;
};

const CpuFeatures& cpu_features();

}  // namespace understudy
