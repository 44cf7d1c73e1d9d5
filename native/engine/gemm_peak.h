// Peak speed of matrix products: the roofline of a training step.
#pragma once

#include "core/thread_pool.h"
#include "kernels/kernels.h"

namespace understudy {

/// Speed of these kernels on large matrices, each thread on its own, in GFLOP/s: the upper bound of a training step.
/// Takes about `seconds`.
double gemm_peak(const Kernels& kernels, size_t threads, double seconds);

/// Rough speed on small matrices with one thread, in a few milliseconds: enough to compare two tables.
double quick_gemm_speed(const Kernels& kernels);

}  // namespace understudy
