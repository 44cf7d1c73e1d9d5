#pragma once

#include "../kernels/kernels.h"
#include "threads.h"

namespace understudy {

/// How fast these kernels multiply large matrices, each thread its own, in GFLOP/s: what a training step could reach at
/// best. Takes about `seconds`.
double product_speed(const Kernels& kernels, size_t threads, double seconds);

/// The same of one thread and small matrices, in a few milliseconds: enough to tell which of two is much faster.
double quick_product_speed(const Kernels& kernels);

}  // namespace understudy
