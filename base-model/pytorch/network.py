"""The network under TensorFlow's names (src/model/layout.ts), and where it starts (src/model/initialise.ts)."""

import math
import pathlib
import sys

import numpy
import torch
from torch import nn
from torch.nn import functional as F

from .corpus import ALPHABET_SIZE

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "src/benchmark/peers"))
from pytorch_train import FusedLayer  # noqa: E402  forward and backward of a layer, written by hand


def layout(layers, units):
    """Names and shapes of all parameters, in the order of the product's vector."""
    for layer in range(layers):
        rows = (units if layer else ALPHABET_SIZE) + units
        yield f"cell_{layer}/gru_cell/gates/kernel", (rows, 2 * units)
        yield f"cell_{layer}/gru_cell/gates/bias", (2 * units,)
        yield f"cell_{layer}/gru_cell/candidate/kernel", (rows, units)
        yield f"cell_{layer}/gru_cell/candidate/bias", (units,)
    yield "softmax/kernel", (units, ALPHABET_SIZE)
    yield "softmax/bias", (ALPHABET_SIZE,)


class Network(nn.Module):
    """TensorFlow's GRUCell, the reset gate before the product, as src/engine/reference/cells/gru.ts writes it."""

    def __init__(self, layers, units, bf16):
        super().__init__()
        self.layers, self.units, self.dtype = layers, units, torch.bfloat16 if bf16 else torch.float32
        self.p = nn.ParameterDict({name: nn.Parameter(torch.zeros(shape)) for name, shape in layout(layers, units)})

    def forward(self, symbols, hidden):
        """symbols [seqlen, rows], hidden [layers, rows, units] -> logits [seqlen, rows, 98] and the last states."""
        after, outputs = [], None
        for layer, h in enumerate(hidden.to(self.dtype)):
            name = f"cell_{layer}/gru_cell/"
            kernels = [self.p[f"{name}{part}/kernel"].to(self.dtype) for part in ("gates", "candidate")]
            inputs = kernels[0].shape[0] - self.units
            of_input = torch.cat([kernel[:inputs] for kernel in kernels], 1)
            bias = torch.cat([self.p[f"{name}{part}/bias"] for part in ("gates", "candidate")]).to(self.dtype)
            # The inputs' share of all sums at once: only the state's share has to wait for the step before.
            x = F.embedding(symbols, of_input) if outputs is None else outputs @ of_input
            outputs = FusedLayer.apply(x + bias, h, *(kernel[inputs:].contiguous() for kernel in kernels))
            after.append(outputs[-1].detach().float())
        return outputs.float() @ self.p["softmax/kernel"] + self.p["softmax/bias"], torch.stack(after)


def initial_parameters(layers, units, seed, initialisation):
    """The product's own start, to the bit: {name: tensor}."""
    random, tensors = uniform(seed), {}
    for name, shape in layout(layers, units):
        tensor = numpy.zeros(shape, numpy.float32)
        if name.endswith("kernel"):
            limit = math.sqrt(6 / (shape[0] + shape[1]))
            numbers = numpy.fromiter(random, numpy.float64, shape[0] * shape[1])
            tensor[:] = ((2 * numbers - 1) * limit).reshape(shape)
            if initialisation == "one-hot-lecun" and name.startswith("cell_0/"):
                scale = math.sqrt((shape[0] + shape[1]) / 2)
                tensor[:ALPHABET_SIZE] = tensor[:ALPHABET_SIZE].astype(numpy.float64) * scale
        elif initialisation == "talk" and name.endswith("gates/bias"):
            tensor[:] = 1
        tensors[name] = torch.from_numpy(tensor)
    return tensors


def uniform(seed):
    """sfc32, as src/model/random.ts has it: numbers in [0, 1) of 53 bits, without end."""
    a, b, c, counter = 0, seed & 0xFFFFFFFF, seed >> 32 & 0xFFFFFFFF, 1
    taken, high = 0, 0
    while True:
        result = (a + b + counter) & 0xFFFFFFFF
        counter = (counter + 1) & 0xFFFFFFFF
        a = b ^ b >> 9
        b = (c + (c << 3)) & 0xFFFFFFFF
        c = ((c << 21 | c >> 11) + result) & 0xFFFFFFFF
        taken += 1
        if taken <= 12:
            continue
        if taken % 2:
            high = result >> 5
        else:
            yield (high * 2**26 + (result >> 6)) / 2**53
