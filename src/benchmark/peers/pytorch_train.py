"""PyTorch as a peer of `understudy bench train`: the same network, minibatch and Adam, on the same threads.

Talks in lines of JSON: each request {variant, mode, cell, layers, units, batch, seqlen, threads, steps} on standard
input is answered by {seconds} for `steps` training steps, after one that is not counted whenever the request changes;
{multiply: mode, threads, repeat} by {seconds} a product of 2048³. So the caller can take turns with it in one run.

Variants:
  fused     the talk's cell (reset before the product) with forward and backward written by hand the way our engine
            does it: input products hoisted over all steps, weight gradients one product each after the loop
  autograd  the same forward, PyTorch's own backward
  nn.GRU    what people use: torch.nn.GRU (reset after the product, so another function at the same cost)
  nn.RNN    the same for the plain cell, torch.nn.RNN with tanh
"""

import json
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

SYMBOLS = 98


class FusedLayer(torch.autograd.Function):
    """One layer over all steps. x [T, B, 3H] holds the input's share of the sums r, u, c; gives h [T, B, H]."""

    @staticmethod
    def forward(ctx, x, h, gates, candidate):
        steps, units = x.shape[0], h.shape[1]
        ru, kept, c = [], [], []
        first = h
        outputs = x.new_empty(steps, h.shape[0], units)
        for t in range(steps):
            ru.append(torch.addmm(x[t, :, : 2 * units], h, gates).sigmoid_())
            r, u = ru[t][:, :units], ru[t][:, units:]
            kept.append(r * h)
            c.append(torch.addmm(x[t, :, 2 * units :], kept[t], candidate).tanh_())
            h = torch.lerp(c[t], h, u, out=outputs[t])
        ctx.save_for_backward(gates, candidate, first, outputs, *ru, *kept, *c)
        return outputs

    @staticmethod
    def backward(ctx, d_outputs):
        gates, candidate, first, outputs, *saved = ctx.saved_tensors
        steps = d_outputs.shape[0]
        ru, kept, c = (saved[i * steps : (i + 1) * steps] for i in range(3))
        before = torch.cat((first[None], outputs[:-1]))
        units = candidate.shape[0]
        d_sums = d_outputs.new_empty(steps, d_outputs.shape[1], 3 * units)
        carry = torch.zeros_like(d_outputs[0])
        for t in reversed(range(steps)):
            r, u = ru[t][:, :units], ru[t][:, units:]
            dh = carry + d_outputs[t]
            kept_dh = dh * u
            rest = dh - kept_dh
            torch.mul(rest * u, before[t] - c[t], out=d_sums[t, :, units : 2 * units])
            torch.mul(rest, 1 - c[t] * c[t], out=d_sums[t, :, 2 * units :])
            through = (d_sums[t, :, 2 * units :] @ candidate.t()) * r
            torch.mul(through * before[t], 1 - r, out=d_sums[t, :, :units])
            carry = torch.addmm(kept_dh + through, d_sums[t, :, : 2 * units], gates.t())
        flat = d_sums.view(-1, 3 * units)
        d_gates = before.flatten(0, 1).t() @ flat[:, : 2 * units]
        d_candidate = torch.cat(kept).t() @ flat[:, 2 * units :]
        return d_sums, None, d_gates, d_candidate


def autograd_layer(x, h, gates, candidate):
    units = h.shape[1]
    outputs = []
    for ru_sum, c_sum in zip(x[:, :, : 2 * units].unbind(0), x[:, :, 2 * units :].unbind(0)):
        r, u = torch.sigmoid(torch.addmm(ru_sum, h, gates)).chunk(2, 1)
        c = torch.tanh(torch.addmm(c_sum, r * h, candidate))
        h = torch.lerp(c, h, u)
        outputs.append(h)
    return torch.stack(outputs)


class FusedPlainLayer(torch.autograd.Function):
    """One layer of plain cells, h = tanh(x + h·kernel), over all steps. x [T, B, H] holds the input's share."""

    @staticmethod
    def forward(ctx, x, h, kernel):
        first, outputs = h, x.new_empty(x.shape)
        for t in range(x.shape[0]):
            h = torch.addmm(x[t], h, kernel, out=outputs[t]).tanh_()
        ctx.save_for_backward(kernel, first, outputs)
        return outputs

    @staticmethod
    def backward(ctx, d_outputs):
        kernel, first, outputs = ctx.saved_tensors
        slope = 1 - outputs * outputs
        d_sums = torch.empty_like(d_outputs)
        carry = torch.zeros_like(d_outputs[0])
        for t in reversed(range(len(outputs))):
            torch.mul(carry + d_outputs[t], slope[t], out=d_sums[t])
            carry = d_sums[t] @ kernel.t()
        before = torch.cat((first[None], outputs[:-1]))
        return d_sums, None, before.flatten(0, 1).t() @ d_sums.flatten(0, 1)


def autograd_plain_layer(x, h, kernel):
    outputs = []
    for x_sum in x.unbind(0):
        h = torch.tanh(torch.addmm(x_sum, h, kernel))
        outputs.append(h)
    return torch.stack(outputs)


# Of each cell, its widths of the recurrent matrices, in units.
RECURRENT = {"gru": (2, 1), "rnn": (1,)}
LAYERS = {
    ("gru", "fused"): FusedLayer.apply,
    ("gru", "autograd"): autograd_layer,
    ("rnn", "fused"): FusedPlainLayer.apply,
    ("rnn", "autograd"): autograd_plain_layer,
}


class TalkNetwork(nn.Module):
    def __init__(self, layers, units, layer, cell="gru"):
        super().__init__()
        self.layer = layer
        inputs = [SYMBOLS] + [units] * (layers - 1)
        weight = lambda *shape: nn.Parameter(nn.init.xavier_uniform_(torch.empty(*shape)))
        widths = RECURRENT[cell]
        self.inputs = nn.ParameterList(weight(n, sum(widths) * units) for n in inputs)
        self.biases = nn.ParameterList(nn.Parameter(torch.zeros(sum(widths) * units)) for _ in inputs)
        self.recurrent = nn.ModuleList(nn.ParameterList(weight(units, n * units) for n in widths) for _ in inputs)
        self.softmax = nn.Linear(units, SYMBOLS)

    def forward(self, symbols, hidden):
        """symbols [T, B] → logits [T, B, 98] and the last states."""
        outputs, after = self.body(symbols, hidden)
        return self.softmax(outputs), after

    def body(self, symbols, hidden):
        after, outputs = [], None
        for i, h in enumerate(hidden):
            if outputs is None:
                x = F.embedding(symbols, self.inputs[i]) + self.biases[i]
            else:
                x = torch.addmm(self.biases[i], outputs.flatten(0, 1), self.inputs[i]).view(*outputs.shape[:2], -1)
            # Autocast does not see inside a hand-written function: its operands are cast here.
            operands = (x, h, *self.recurrent[i])
            if torch.is_autocast_enabled("cpu"):
                operands = (v.to(torch.bfloat16) for v in operands)
            outputs = self.layer(*operands)
            after.append(outputs[-1].detach().float())
        return outputs, after


class LibraryNetwork(nn.Module):
    """torch.nn's own GRU or RNN."""

    def __init__(self, layers, units, module):
        super().__init__()
        self.body = module(SYMBOLS, units, layers)
        self.softmax = nn.Linear(units, SYMBOLS)

    def forward(self, symbols, hidden):
        outputs, after = self.body(F.one_hot(symbols, SYMBOLS).float(), torch.stack(list(hidden)))
        return self.softmax(outputs), list(after.detach().float().unbind(0))


def network(variant, cell, layers, units):
    if variant.startswith("nn."):
        return LibraryNetwork(layers, units, getattr(nn, variant.removeprefix("nn.")))
    return TalkNetwork(layers, units, LAYERS[cell, variant], cell)


class Training:
    def __init__(self, request):
        torch.set_num_threads(request["threads"])
        torch.manual_seed(0)
        layers, units = request["layers"], request["units"]
        self.model = network(request["variant"], request["cell"], layers, units)
        self.optimiser = torch.optim.Adam(self.model.parameters(), lr=1e-3, fused=True)
        shape = (request["seqlen"], request["batch"])
        self.inputs = torch.randint(SYMBOLS, shape)
        self.targets = torch.randint(SYMBOLS, shape)
        self.hidden = [torch.zeros(request["batch"], units) for _ in range(layers)]
        self.bf16 = request["mode"] == "bf16"

    def step(self):
        with torch.autocast("cpu", torch.bfloat16, enabled=self.bf16):
            logits, self.hidden = self.model(self.inputs, self.hidden)
            loss = F.cross_entropy(logits.flatten(0, 1).float(), self.targets.flatten())
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        self.optimiser.step()
        return loss.item()


def multiply(mode, threads, repeat):
    """Seconds of a product of two matrices [2048, 2048]: what a training step could reach at best."""
    torch.set_num_threads(threads)
    a, b = (torch.ones(2048, 2048, dtype=torch.bfloat16 if mode == "bf16" else torch.float32) for _ in range(2))
    a @ b
    started = time.perf_counter()
    for _ in range(repeat):
        a @ b
    return (time.perf_counter() - started) / repeat


def main():
    print(json.dumps({"torch": torch.__version__, "bf16": torch.ops.mkldnn._is_mkldnn_bf16_supported()}), flush=True)
    current, training = None, None
    for line in sys.stdin:
        request = json.loads(line)
        if "multiply" in request:
            seconds = multiply(request["multiply"], request["threads"], request["repeat"])
            print(json.dumps({"seconds": seconds}), flush=True)
            continue
        steps = request.pop("steps")
        if request != current:
            current, training = request, Training(request)
            training.step()
        started = time.perf_counter()
        for _ in range(steps):
            training.step()
        print(json.dumps({"seconds": time.perf_counter() - started}), flush=True)


if __name__ == "__main__":
    main()
