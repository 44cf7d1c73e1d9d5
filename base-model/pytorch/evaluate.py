"""Bits per character as src/metrics/evaluate.ts measures them."""

import math

import torch
from torch.nn import functional as F

from .corpus import LINE_FEED

MOST_ROWS, ROW_CHARACTERS, WARM_UP, BLOCK = 64, 1000, 512, 64


@torch.inference_mode()
def evaluate(network, text, counted, device):
    """Bits per character and accuracy on `counted` characters, in pieces spread evenly over the text."""
    counted = min(counted, len(text))
    rows = min(MOST_ROWS, max(1, counted // ROW_CHARACTERS))
    starts = torch.tensor([row * len(text) // rows for row in range(rows)])
    lengths = torch.tensor([(row + 1) * counted // rows - row * counted // rows for row in range(rows)])
    warm_up = 0 if rows == 1 else min(WARM_UP, int(starts[1]))
    hidden = torch.zeros(network.layers, rows, network.units, device=device)
    nats, correct = 0.0, 0
    steps = warm_up + int(lengths.max())
    first = 0
    while first < steps:
        if first == warm_up:
            # The text's beginning has nothing before it: its row starts anew when the others are warm.
            hidden[:, 0] = 0
        last = min(first + BLOCK, warm_up if first < warm_up else steps)
        places = starts + torch.arange(first - warm_up, last - warm_up)[:, None]
        inputs, targets = (symbols_at(text, at).to(device) for at in (places - 1, places))
        logits, hidden = network(inputs, hidden)
        counts = (torch.arange(first - warm_up, last - warm_up)[:, None] < lengths).to(device)
        if first >= warm_up:
            costs = F.cross_entropy(logits.flatten(0, 1), targets.flatten(), reduction="none").view(targets.shape)
            nats += (costs * counts).double().sum().item()
            correct += ((logits.argmax(2) == targets) & counts).sum().item()
        first = last
    return nats / counted / math.log(2), correct / counted


def symbols_at(text, places):
    inside = (places >= 0) & (places < len(text))
    return torch.where(inside, text[places.clamp(0, len(text) - 1)].long(), LINE_FEED)
