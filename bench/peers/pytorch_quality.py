"""What PyTorch learns in the same time: trains the talk's network on TEXT.train with the recipe of the `fast` preset,
or another one, and prints, for each limit, the bits per character of the first 150,000 characters of TEXT.valid.

    npx tsx bench/memory-text.ts FOLDER TEXT
    python3 bench/peers/pytorch_quality.py TEXT --seconds 60 300 [--batch 32] [--seqlen 64] [--peak 0.003]
        [--decay linear|cosine] [--weight-decay 0.4] [--averaging 0.2] [--mode bf16|fp32] [--threads 2]

Every limit is a training of its own, with its own schedule; the time is that of the training steps.
"""

import argparse
import math
import time

import torch
from torch.nn import functional as F

from pytorch_train import TalkNetwork, FusedLayer

LAYERS, UNITS = 3, 512
DECAYS = {
    "linear": lambda progress: 1 - progress,
    "cosine": lambda progress: 0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * progress)),
}
HELD_OUT, ROWS, WARM_UP = 150_000, 64, 512


def rows_of(text, first, rows, count):
    """[count, rows]: `rows` equal consecutive pieces of the text, from `first` on in each."""
    piece = (len(text) - 1) // rows
    return text[: piece * rows].view(rows, piece)[:, first : first + count].t()


@torch.inference_mode()
def validation_bpc(model, text):
    """As src/metrics/evaluate.ts: rows side by side, each warmed up on the characters before its own."""
    text = text[:HELD_OUT]
    piece = len(text) // ROWS
    padded = torch.cat((torch.zeros(WARM_UP, dtype=text.dtype), text))
    starts = [row * piece for row in range(ROWS)]
    symbols = torch.stack([padded[start : start + WARM_UP + piece] for start in starts], 1)
    hidden = [torch.zeros(ROWS, UNITS) for _ in range(LAYERS)]
    nats = 0.0
    for first in range(0, len(symbols) - 1, 64):
        targets = symbols[first + 1 : first + 65]
        logits, hidden = model(symbols[first : first + len(targets)], hidden)
        costs = F.cross_entropy(logits.flatten(0, 1), targets.flatten(), reduction="none").view(targets.shape)
        nats += costs[max(0, WARM_UP - 1 - first) :].sum().item()
    return nats / (piece * ROWS) / math.log(2)


@torch.no_grad()
def average_in(average, model, step, share):
    """As src/training/average.ts."""
    weight = min(1, 8 / (share * step)) if share > 0 else 0
    if weight == 1 or (weight > 0 and step % 8 == 0):
        torch._foreach_lerp_(average, list(model.parameters()), weight)


def train(text, seconds, recipe):
    torch.manual_seed(1)
    model = TalkNetwork(LAYERS, UNITS, FusedLayer.apply)
    # Symbols' rows with variance 1: the initialisation of `fast`.
    torch.nn.init.uniform_(model.inputs[0], -math.sqrt(3), math.sqrt(3))
    optimiser = torch.optim.AdamW(model.parameters(), lr=recipe.peak, fused=True)
    hidden = [torch.zeros(recipe.batch, UNITS) for _ in range(LAYERS)]
    piece = (len(text) - 1) // recipe.batch
    average = [parameter.detach().clone() for parameter in model.parameters()]
    steps, spent = 0, 0.0
    while spent < seconds:
        first = steps * recipe.seqlen % (piece - recipe.seqlen)
        inputs = rows_of(text, first, recipe.batch, recipe.seqlen)
        targets = rows_of(text, first + 1, recipe.batch, recipe.seqlen)
        progress = spent / seconds
        for group in optimiser.param_groups:
            group["lr"] = min(1, (steps + 1) / 50) * recipe.peak * DECAYS[recipe.decay](progress)
            # As weightDecayAt in src/training/schedule.ts; PyTorch multiplies it with the rate.
            group["weight_decay"] = recipe.weight_decay * 2 * (1 - progress) * progress / (steps + 1) / group["lr"]
        started = time.perf_counter()
        with torch.autocast("cpu", torch.bfloat16, enabled=recipe.mode == "bf16"):
            logits, hidden = model(inputs, hidden)
            loss = F.cross_entropy(logits.flatten(0, 1).float(), targets.flatten())
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1)
        optimiser.step()
        steps += 1
        average_in(average, model, steps, recipe.averaging)
        spent += time.perf_counter() - started
    if recipe.averaging > 0:
        for parameter, mean in zip(model.parameters(), average):
            parameter.data.copy_(mean)
    return model, steps * recipe.batch * recipe.seqlen


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("text")
    parser.add_argument("--seconds", type=float, nargs="+", required=True)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--seqlen", type=int, default=64)
    parser.add_argument("--peak", type=float, default=0.003)
    parser.add_argument("--decay", choices=DECAYS, default="linear")
    parser.add_argument("--weight-decay", type=float, default=0.4)
    parser.add_argument("--averaging", type=float, default=0.2)
    parser.add_argument("--mode", choices=("bf16", "fp32"), default="bf16")
    parser.add_argument("--threads", type=int, default=2)
    recipe = parser.parse_args()
    torch.set_num_threads(recipe.threads)
    learnt, held_out = (
        torch.frombuffer(bytearray(open(f"{recipe.text}.{part}", "rb").read()), dtype=torch.uint8).long()
        for part in ("train", "valid")
    )
    for seconds in recipe.seconds:
        model, characters = train(learnt, seconds, recipe)
        bpc = validation_bpc(model, held_out)
        print(f"{seconds:.0f} s: {bpc:.4f} bpc after {characters:,} characters", flush=True)


if __name__ == "__main__":
    main()
