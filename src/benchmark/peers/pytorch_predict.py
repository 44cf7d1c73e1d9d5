"""PyTorch as a peer of `understudy bench predict`: the same network reading characters, fp32, on the same threads.

Talks in lines of JSON as pytorch_train.py does; {layers, units, threads, streams, characters, repeat} is answered by
{seconds}, the median of `repeat` readings of `characters` characters by each of `streams` streams. A text longer than
one character is read layer by layer with its input products hoisted, as PyTorch's own GRU does it.
"""

import json
import statistics
import sys
import time

import torch

from pytorch_train import SYMBOLS, TalkNetwork


class Reader:
    def __init__(self, request):
        torch.set_num_threads(request["threads"])
        torch.manual_seed(0)
        self.model = TalkNetwork(request["layers"], request["units"], None)
        self.model.layer = self.layer
        shape = (request["characters"], request["streams"])
        self.symbols = torch.randint(SYMBOLS, shape)
        self.hidden = [torch.zeros(shape[1], request["units"]) for _ in range(request["layers"])]

    @staticmethod
    def layer(x, h, gates, candidate):
        units = h.shape[1]
        outputs = x.new_empty(x.shape[0], *h.shape)
        for t in range(x.shape[0]):
            ru = torch.addmm(x[t, :, : 2 * units], h, gates).sigmoid_()
            c = torch.addmm(x[t, :, 2 * units :], ru[:, :units] * h, candidate).tanh_()
            h = torch.lerp(c, h, ru[:, units:], out=outputs[t])
        return outputs

    def read(self):
        started = time.perf_counter()
        outputs, self.hidden = self.model.body(self.symbols, self.hidden)
        self.model.softmax(outputs[-1]).softmax(-1)
        return time.perf_counter() - started


@torch.inference_mode()
def main():
    print(json.dumps({"torch": torch.__version__}), flush=True)
    current, reader = None, None
    for line in sys.stdin:
        request = json.loads(line)
        repeat = request.pop("repeat")
        if request != current:
            current, reader = request, Reader(request)
            reader.read()
        print(json.dumps({"seconds": statistics.median(reader.read() for _ in range(repeat))}), flush=True)


if __name__ == "__main__":
    main()
