"""Trains a base model with PyTorch, on one processor or GPU, or on many under torchrun; README.md has the commands.

    python base-model/train.py CORPUS --out RUN [--epochs 1] [--preset fast] [--batch 32] [--bf16] [--resume]
    torchrun --nproc-per-node 8 base-model/train.py CORPUS --out RUN --batch 256

CORPUS has a folder train/ and perhaps a folder held-out/ of Python files, read in the order of their names. RUN becomes
a run folder as `understudy train` makes one, with the same network, recipe, order and checkpoints: `understudy eval` and
`sample` read it, and either program resumes what the other one began.
"""

import argparse
import datetime
import json
import math
import os
import pathlib
import signal
import time

import torch
from torch import distributed
from torch.nn import functional as F
from torch.nn.parallel import DistributedDataParallel

from pytorch.checkpoint import read_checkpoint, write_checkpoint
from pytorch.corpus import Corpus, Minibatches
from pytorch.evaluate import evaluate
from pytorch.network import Network, initial_parameters, layout
from pytorch.recipe import Adam, include, learning_rate, recipe_for, weight_decay

VALIDATED, FINALLY_VALIDATED = 20_000, 150_000
MEAN_LOSS_STEPS = 50


class Processes:
    """The processes of this training: one, or those that torchrun started."""

    def __init__(self):
        self.count, self.rank = int(os.environ.get("WORLD_SIZE", 1)), int(os.environ.get("RANK", 0))
        self.device = torch.device("cpu")
        if torch.cuda.is_available():
            self.device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", 0)))
            torch.cuda.set_device(self.device)
        if self.count > 1:
            # The first process validates while the others wait.
            timeout = datetime.timedelta(hours=1)
            distributed.init_process_group("nccl" if self.device.type == "cuda" else "gloo", timeout=timeout)

    @property
    def is_first(self):
        return self.rank == 0

    def rows(self, batch):
        """First and last row of this process, the last one exclusive."""
        if batch % self.count:
            raise SystemExit(f"{batch} rows cannot be shared by {self.count} processes evenly: choose another --batch.")
        return self.rank * batch // self.count, (self.rank + 1) * batch // self.count

    def together(self, network):
        return DistributedDataParallel(network) if self.count > 1 else network

    def mean(self, numbers):
        """Mean of every process's numbers."""
        values = torch.tensor(numbers, dtype=torch.float64, device=self.device)
        if self.count > 1:
            distributed.all_reduce(values)
        return (values / self.count).tolist()

    def gathered(self, hidden):
        """[layers, batch, units], of the rows of all processes."""
        if self.count == 1:
            return hidden
        pieces = [torch.empty_like(hidden) for _ in range(self.count)]
        distributed.all_gather(pieces, hidden.contiguous())
        return torch.cat(pieces, 1)

    def end(self):
        if self.count > 1:
            distributed.destroy_process_group()


class Training:
    def __init__(self, options, processes, corpus):
        self.options, self.processes, self.corpus = options, processes, corpus
        self.run = pathlib.Path(options.out)
        self.latest = self.run / "checkpoints/latest.safetensors"
        self.saved_at = time.monotonic()
        self.stops = self.is_due = False
        info = self.stored_info() if options.resume else None
        self.recipe = info["recipe"] if info else recipe_for(options, len(corpus.train))
        self.epochs = options.epochs or (info and info["limits"]["epochs"]) or 1
        model = self.recipe["model"]
        if model["cell"] != "gru":
            raise SystemExit("train.py knows the GRU alone: train a plain RNN with `understudy train --cell rnn`.")
        self.shape = model["layers"], model["units"]
        self.names = [name for name, _ in layout(*self.shape)]
        self.network = Network(*self.shape, options.bf16).to(processes.device)
        self.parameters = [self.network.p[name] for name in self.names]
        self.load(*(read_checkpoint(self.latest) if info and self.latest.exists() else (None, None)))
        self.wrapped = processes.together(self.network)
        rows = processes.rows(self.recipe["batch"])
        self.minibatches = Minibatches(corpus.train, self.recipe["batch"], self.recipe["seqlen"], rows)

    def stored_info(self):
        path = self.run / "run.json"
        if not path.exists():
            raise SystemExit(f"There is no training in {self.run} to resume.")
        return json.loads(path.read_text())

    def load(self, tensors, metadata):
        """Takes the state from a checkpoint, or the start of a new training where that is null."""
        layers, units = self.shape
        rows = slice(*self.processes.rows(self.recipe["batch"]))
        device = self.processes.device
        self.step = metadata["step"] if metadata else 0
        if tensors is None:
            start = initial_parameters(layers, units, self.recipe["seed"], self.recipe["initialisation"])
            tensors = {**start, "hidden": torch.zeros(layers, self.recipe["batch"], units)}
            for name in self.names:
                tensors |= {f"{name}/Adam": torch.zeros_like(start[name]), f"{name}/Adam_1": torch.zeros_like(start[name])}
            position = {"minibatch": 0, "characters": 0, "seconds": 0, "meanLoss": None, "validation": None}
        elif "hidden" not in tensors:
            raise SystemExit(f"{self.latest} holds a model only and cannot be resumed; train into another folder.")
        else:
            position = metadata["position"]
        self.position = position
        of = lambda suffix: [tensors[name + suffix].clone().to(device) for name in self.names]
        is_average = f"{self.names[0]}/unaveraged" in tensors
        with torch.no_grad():
            for parameter, value in zip(self.parameters, of("/unaveraged" if is_average else "")):
                parameter.copy_(value)
        self.average = of("") if self.recipe["averaging"] > 0 else None
        self.adam = Adam(self.parameters, of("/Adam"), of("/Adam_1"), self.recipe["clipNorm"])
        self.hidden = tensors["hidden"][:, rows].clone().to(device)

    @property
    def epoch(self):
        return self.position["minibatch"] / self.minibatches.per_epoch

    def train(self):
        """Trains to the end, or until a signal or --steps; gives whether it is complete."""
        last = self.step + (self.options.steps or math.inf)
        while self.epoch < self.epochs and self.step < last and not self.stops:
            self.train_step()
            if self.is_due:
                self.validate(VALIDATED)
                self.save()
        is_complete = self.epoch >= self.epochs
        self.validate(FINALLY_VALIDATED if is_complete else VALIDATED)
        self.save()
        return is_complete

    def train_step(self):
        began = time.monotonic()
        progress = min(1, self.epoch / self.epochs)
        inputs, targets = (symbols.to(self.processes.device) for symbols in self.minibatches.at(self.position["minibatch"]))
        logits, self.hidden = self.wrapped(inputs, self.hidden)
        loss = F.cross_entropy(logits.flatten(0, 1), targets.flatten())
        self.network.zero_grad(set_to_none=True)
        loss.backward()
        rate = learning_rate(self.recipe["schedule"], progress, self.step)
        self.adam.step(self.step + 1, rate, weight_decay(self.recipe["weightDecay"], progress, self.step))
        self.step += 1
        if self.average is not None:
            include(self.average, self.parameters, self.recipe["averaging"], self.step)
        # All stop, and all save, after the same step, whichever was told to or has the fastest clock.
        is_due = time.monotonic() - self.saved_at > self.options.save_minutes * 60
        mean, stops, due = self.processes.mean([loss.item(), float(STOP.is_asked), float(is_due)])
        self.stops, self.is_due = stops > 0, due > 0
        if not math.isfinite(mean):
            raise SystemExit(f"The training diverged in step {self.step}; the last checkpoint is kept.")
        self.note(mean, time.monotonic() - began, rate)

    def note(self, loss, seconds, rate):
        position = self.position
        mean = loss if position["meanLoss"] is None else position["meanLoss"]
        characters = self.recipe["batch"] * self.recipe["seqlen"]
        position["meanLoss"] = mean + max(1 / MEAN_LOSS_STEPS, 1 / self.step) * (loss - mean)
        position["minibatch"] += 1
        position["characters"] += characters
        position["seconds"] += seconds
        if self.processes.is_first and self.step % self.options.tell_steps == 0:
            line = f"step {self.step:,} · epoch {self.epoch:.4f} of {self.epochs:g} · rate {rate:.5f}"
            bpc = position["meanLoss"] / math.log(2)
            print(f"{line} · {bpc:.3f} bpc · {characters / seconds:,.0f} characters/s", flush=True)

    def validate(self, characters):
        """The first process measures the model on held-out text; the others wait at their next step."""
        if not self.processes.is_first or len(self.corpus.held_out) == 0:
            return
        text = self.corpus.held_out[:FINALLY_VALIDATED]
        kept = [parameter.detach().clone() for parameter in self.parameters]
        self.put(self.average or kept)
        bpc, accuracy = evaluate(self.network, text, characters, self.processes.device)
        self.put(kept)
        self.position["validation"] = {"bpc": bpc, "accuracy": accuracy}
        print(f"validation: {bpc:.4f} bpc, {accuracy:.1%} right, after epoch {self.epoch:.4f}", flush=True)
        line = {"kind": "validation", "step": self.step, "epoch": self.epoch, "seconds": self.position["seconds"]}
        line |= {"characters": min(characters, len(text)), "bpc": bpc, "accuracy": accuracy}
        with open(self.run / "metrics.jsonl", "a") as file:
            file.write(json.dumps(line) + "\n")

    @torch.no_grad()
    def put(self, values):
        for parameter, value in zip(self.parameters, values):
            parameter.copy_(value)

    def save(self):
        hidden = self.processes.gathered(self.hidden)
        self.saved_at = time.monotonic()
        if not self.processes.is_first:
            return
        of = lambda values, suffix: {name + suffix: value for name, value in zip(self.names, values)}
        tensors = of(self.average or self.parameters, "")
        if self.average is not None:
            tensors |= of(self.parameters, "/unaveraged")
        tensors |= of(self.adam.first_moment, "/Adam") | of(self.adam.second_moment, "/Adam_1") | {"hidden": hidden}
        write_checkpoint(self.latest, tensors, self.metadata())

    def metadata(self):
        position = {**self.position, "sampledAt": self.epoch}
        return {
            "model": self.recipe["model"],
            "epoch": self.epoch,
            "step": self.step,
            **self.figures(),
            "corpusFingerprint": self.corpus.fingerprint,
            "preset": self.recipe["preset"],
            "batch": self.recipe["batch"],
            "seqlen": self.recipe["seqlen"],
            "position": position,
        }

    def figures(self):
        mean, validation = self.position["meanLoss"], self.position["validation"] or {}
        train_bpc = None if mean is None else mean / math.log(2)
        return {
            "trainBpc": train_bpc,
            "validationBpc": validation.get("bpc"),
            "validationAccuracy": validation.get("accuracy"),
        }

    def write_info(self, reason=None):
        """run.json as src/training/run.ts reads it; `reason` is null while it is trained."""
        if not self.processes.is_first:
            return
        (self.run / "checkpoints").mkdir(parents=True, exist_ok=True)
        recipe, seconds = self.recipe, self.position["seconds"]
        count = lambda files: {"files": len(files), "characters": sum(map(len, files))}
        train, held_out = count(self.corpus.train_files), count(self.corpus.held_out_files)
        path = str(self.run.resolve())
        request = {"folders": [str(pathlib.Path(self.options.corpus).resolve())], "run": path, "preset": recipe["preset"]}
        request |= {"epochs": self.epochs, "seconds": None, "batch": recipe["batch"], "seqlen": recipe["seqlen"]}
        request |= {key: recipe["model"][key] for key in ("cell", "layers", "units")}
        request |= {"engine": "auto", "threads": None, "seed": recipe["seed"], "holdout": ["held-out/"], "excludes": []}
        request |= {"wholeCorpus": True, "memory": True, "prompts": [], "resume": self.options.resume}
        corpus = {"kind": "corpus", "files": train["files"], "trainCharacters": train["characters"], "skipped": []}
        corpus |= {"validationFiles": held_out["files"], "validationCharacters": held_out["characters"]}
        device = f"{self.processes.device.type}, {self.processes.count} processes"
        started = {"kind": "started", "run": path, "preset": recipe["preset"], "engine": "PyTorch", "device": device}
        started |= {"mode": "bf16" if self.options.bf16 else "fp32", **recipe["model"], "batch": recipe["batch"]}
        started |= {"parameters": sum(parameter.numel() for parameter in self.parameters), "seqlen": recipe["seqlen"]}
        started |= {"epochsPerStep": 1 / self.minibatches.per_epoch, "fromEpoch": self.epoch, "notice": None}
        finished = None
        if reason:
            characters = self.position["characters"]
            finished = {"kind": "finished", "reason": reason, "run": path, "epoch": self.epoch, "seconds": seconds}
            finished |= {"characters": characters, "charactersPerSecond": characters / seconds if seconds else 0}
            finished |= self.figures()
        info = {"formatVersion": 1, "created": datetime.datetime.now(datetime.timezone.utc).isoformat()}
        info |= {"request": request, "recipe": recipe, "limits": {"epochs": self.epochs, "seconds": None}}
        info |= {"corpus": corpus, "started": started, "finished": finished}
        partial = self.run / "run.json.partial"
        partial.write_text(json.dumps(info, indent=2) + "\n")
        partial.replace(self.run / "run.json")


class Stop:
    """Whether a signal asked for the end: the state is written after the step that is on its way."""

    is_asked = False

    def on_signals(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.ask)

    def ask(self, *_):
        self.is_asked = True


STOP = Stop()


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus")
    parser.add_argument("--out", required=True, help="run folder")
    parser.add_argument("--resume", action="store_true", help="go on from the newest checkpoint in --out")
    parser.add_argument("--epochs", type=float, help="passes over the corpus (default: 1)")
    parser.add_argument("--steps", type=int, help="end this session after so many steps; --resume goes on")
    parser.add_argument("--preset", choices=("fast", "talk"), default="fast")
    parser.add_argument("--layers", type=int, default=3)
    parser.add_argument("--units", type=int, default=512)
    parser.add_argument("--batch", type=int, help="rows of all processes together (default: the preset's)")
    parser.add_argument("--seqlen", type=int)
    parser.add_argument("--peak", type=float, help="peak of the learning rate (default: the preset's)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--bf16", action="store_true", help="products in bf16, for GPUs and processors that have it")
    parser.add_argument("--threads", type=int, help="threads of each process on processors")
    parser.add_argument("--save-minutes", type=float, default=10)
    parser.add_argument("--tell-steps", type=int, default=100)
    return parser.parse_args()


def main():
    options = parse()
    if options.threads:
        torch.set_num_threads(options.threads)
    if (pathlib.Path(options.out) / "run.json").exists() and not options.resume:
        raise SystemExit(f"{options.out} has a training already: go on with it by --resume, or choose another folder.")
    STOP.on_signals()
    processes = Processes()
    training = Training(options, processes, Corpus(options.corpus))
    training.write_info()
    is_complete = training.train()
    training.write_info("completed" if is_complete else "stopped")
    processes.end()


if __name__ == "__main__":
    main()
