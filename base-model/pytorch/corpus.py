"""The corpus as the product reads it (src/corpus), and its order of minibatches."""

import hashlib
import pathlib

import numpy
import torch

ALPHABET_SIZE, LINE_FEED = 98, 97
# Symbol of every ASCII code; 0 stands for what the alphabet lacks (src/python/alphabet.ts).
SYMBOLS = numpy.zeros(128, numpy.uint8)
SYMBOLS[9], SYMBOLS[10], SYMBOLS[32:127] = 1, LINE_FEED, numpy.arange(2, 97)
ALPHABET = "\ufffd\t" + "".join(map(chr, range(32, 127))) + "\n"

LEAST_CHARACTERS, MOST_CHARACTERS = 200, 500_000


def encode(text):
    """Symbols of a text, one for each code point; all line ends are line feeds."""
    codes = numpy.frombuffer(text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-32-le"), numpy.uint32)
    return SYMBOLS[numpy.where(codes < len(SYMBOLS), codes, 0)]


def read_files(folder):
    """Usable files under a folder by name, as src/corpus/read.ts has them, but UTF-8 alone: [(name, symbols)]."""
    paths = (path for path in pathlib.Path(folder).rglob("*.py") if path.is_file() and not is_hidden(path, folder))
    names = sorted((path.relative_to(folder).as_posix() for path in paths), key=lambda name: name.encode("utf-16-be"))
    files = []
    for name in names:
        try:
            text = (pathlib.Path(folder) / name).read_bytes().decode("utf-8-sig")
        except UnicodeDecodeError:
            continue
        symbols = encode(text)
        if "\0" not in text and LEAST_CHARACTERS <= len(symbols) <= MOST_CHARACTERS:
            files.append((name, text.replace("\r\n", "\n").replace("\r", "\n"), symbols))
    return files


def is_hidden(path, folder):
    return any(part.startswith(".") for part in path.relative_to(folder).parts)


class Corpus:
    """Text to learn from (`train`, uint8 [characters]) and held out, of a folder's `train/` and `held-out/`."""

    def __init__(self, folder):
        seen, parts = set(), {"held-out": [], "train": []}
        for part, files in parts.items():
            for _, text, symbols in read_files(pathlib.Path(folder) / part):
                digest = hashlib.sha256(text.encode()).digest()
                if digest not in seen:
                    seen.add(digest)
                    files.append(symbols)
        if not parts["train"]:
            raise SystemExit(f"{folder} has no usable Python files in a folder train/ to learn from; README.md says more.")
        self.train_files, self.held_out_files = parts["train"], parts["held-out"]
        self.train, self.held_out = joined(self.train_files), joined(self.held_out_files)
        self.fingerprint = fingerprint(self.train_files, self.held_out_files)


def joined(files):
    """The files as one text, each followed by a line feed."""
    end = numpy.array([LINE_FEED], numpy.uint8)
    pieces = [piece for symbols in files for piece in (symbols, end)]
    return torch.from_numpy(numpy.concatenate(pieces) if pieces else numpy.zeros(0, numpy.uint8))


def fingerprint(*parts):
    """As src/corpus/corpus.ts has it, so that either program knows the other's corpus."""
    digest = hashlib.sha256()
    for files in parts:
        digest.update(f"{len(files)} files\n".encode())
        for symbols in files:
            digest.update(f"{len(symbols)}\n".encode())
            digest.update(symbols.tobytes())
    return digest.hexdigest()


class Minibatches:
    """The talk's order (src/corpus/minibatches.ts), for some of the rows: in epoch e, row k reads piece k + e."""

    def __init__(self, text, batch, seqlen, rows):
        self.text, self.batch, self.seqlen = text, batch, seqlen
        self.rows = torch.arange(*rows)
        self.per_epoch = (len(text) - 1) // (batch * seqlen)
        if self.per_epoch < 1:
            raise SystemExit(f"{len(text)} characters are too few for a minibatch of {batch} × {seqlen}.")

    def at(self, index):
        """Inputs and targets [seqlen, rows] of a step."""
        epoch, within = divmod(index, self.per_epoch)
        starts = (self.rows + epoch) % self.batch * self.per_epoch * self.seqlen + within * self.seqlen
        places = starts + torch.arange(self.seqlen)[:, None]
        return self.text[places].long(), self.text[places + 1].long()
