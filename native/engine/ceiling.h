#pragma once

#include "../kernels/kernels.h"
#include "threads.h"

namespace understudy {

/// How fast these kernels multiply large matrices, each thread its own, in GFLOP/s: what a training step could reach at
/// best. Takes about `seconds`.
double product_speed(const Kernels& kernels, size_t threads, double seconds);

}  // namespace understudy
