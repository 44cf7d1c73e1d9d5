"""Recipe of a training (src/training/recipe.ts, schedule.ts, average.ts) and its optimiser (src/engine)."""

import math

import torch

PRESETS = {
    "talk": {
        "batch": 100,
        "seqlen": 30,
        "initialisation": "talk",
        "schedule": {"kind": "constant", "rate": 0.001},
        "clipNorm": None,
        "weightDecay": 0,
        "averaging": 0,
    },
    "fast": {
        "batch": 32,
        "seqlen": 64,
        "initialisation": "one-hot-lecun",
        "schedule": {"kind": "linear", "peak": 0.003, "steps": 1500, "warmUpSteps": 50},
        "clipNorm": 1,
        "weightDecay": 0.4,
        "averaging": 0.2,
    },
}
LEAST_MINIBATCHES = 32


def recipe_for(options, characters):
    """The preset with what the options change; a small text gets fewer rows, and fewer rows a lower peak."""
    preset = PRESETS[options.preset]
    seqlen = options.seqlen or preset["seqlen"]
    fitting = max(1, (characters - 1) // (seqlen * LEAST_MINIBATCHES))
    batch = options.batch or min(preset["batch"], fitting)
    schedule = dict(preset["schedule"])
    if schedule["kind"] == "linear" and batch < preset["batch"]:
        schedule["peak"] *= batch / preset["batch"]
    if options.peak is not None:
        schedule["peak" if schedule["kind"] == "linear" else "rate"] = options.peak
    model = {"cell": "gru", "layers": options.layers, "units": options.units}
    changed = {"preset": options.preset, "model": model, "batch": batch, "seqlen": seqlen}
    return {**preset, **changed, "schedule": schedule, "seed": options.seed}


def learning_rate(schedule, progress, step):
    """Rate of step `step`, counted from 0, where a share `progress` of the training is done."""
    if schedule["kind"] == "constant":
        return schedule["rate"]
    warm_up = min(1, (step + 1) / schedule["warmUpSteps"])
    expected = (step + 1) / progress if progress > 0 else math.inf
    for_length = min(2, max(0.4, (schedule["steps"] / expected) ** 0.45))
    return warm_up * schedule["peak"] * for_length * (1 - progress)


def weight_decay(decay, progress, step):
    return decay * 2 * (1 - progress) * progress / (step + 1)


class Adam:
    """TensorFlow's Adam: epsilon outside the bias corrections. Parameters decay apart, as in AdamW."""

    BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8

    def __init__(self, parameters, first_moment, second_moment, clip_norm):
        self.parameters, self.clip_norm = parameters, clip_norm
        self.first_moment, self.second_moment = first_moment, second_moment

    @torch.no_grad()
    def step(self, number, rate, decay):
        """One step, `number` counted from 1, on the parameters' gradients; gives the gradients' norm."""
        gradients = [parameter.grad for parameter in self.parameters]
        norm = torch.linalg.vector_norm(torch.stack([torch.linalg.vector_norm(g.double()) for g in gradients])).item()
        if self.clip_norm is not None and norm > self.clip_norm:
            torch._foreach_mul_(gradients, self.clip_norm / norm)
        corrected = rate * math.sqrt(1 - self.BETA2**number) / (1 - self.BETA1**number)
        torch._foreach_lerp_(self.first_moment, gradients, 1 - self.BETA1)
        torch._foreach_mul_(self.second_moment, self.BETA2)
        torch._foreach_addcmul_(self.second_moment, gradients, gradients, 1 - self.BETA2)
        roots = torch._foreach_sqrt(self.second_moment)
        torch._foreach_add_(roots, self.EPSILON)
        torch._foreach_mul_(self.parameters, 1 - decay)
        torch._foreach_addcdiv_(self.parameters, self.first_moment, roots, -corrected)
        return norm


@torch.no_grad()
def include(average, parameters, share, step):
    """Includes the parameters after step `step`, counted from 1, in their average (src/training/average.ts)."""
    weight = min(1, 8 / (share * step))
    if weight == 1 or step % 8 == 0:
        torch._foreach_lerp_(average, parameters, weight)
