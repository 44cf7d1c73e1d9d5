// The check that a kernel table passes before it is offered.
#pragma once

#include "kernels/kernels.h"

namespace understudy {

/// Whether loss, gradients and probabilities of small networks, in a training step and a reading, agree with those of
/// the plain kernels of the same numeric mode.
bool self_check(const Kernels& kernels);

}  // namespace understudy
