#pragma once

#include "../kernels/kernels.h"

namespace understudy {

/// A training step and a reading of small networks with these kernels and with the plain ones of the same numeric
/// mode: whether loss, gradients and probabilities agree.
bool self_check(const Kernels& kernels);

}  // namespace understudy
