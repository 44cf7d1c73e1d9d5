"""Checkpoints as the product reads and writes them (src/model/checkpoint.ts): safetensors, metadata as JSON."""

import hashlib
import json
import os

from safetensors import safe_open
from safetensors.torch import save_file

from .corpus import ALPHABET

FORMAT_VERSION = 1


def to_json(value):
    """As JSON.stringify writes it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def checksum(tensors, header):
    """SHA-256 over everything the file says, whatever the order it says it in."""
    digest = hashlib.sha256()
    for key in sorted(header):
        digest.update(to_json([key, header[key]]).encode())
    for name in sorted(tensors):
        digest.update(to_json([name, list(tensors[name].shape)]).encode())
        digest.update(tensors[name].numpy().tobytes())
    return digest.hexdigest()


def write_checkpoint(path, tensors, metadata):
    """Replaces the file; where that fails, the old one stays."""
    tensors = {name: tensor.detach().float().cpu().contiguous() for name, tensor in tensors.items()}
    fields = {"formatVersion": FORMAT_VERSION, "alphabet": ALPHABET, "operatingPoints": None, **metadata}
    header = {key: to_json(value) for key, value in fields.items()}
    partial = f"{path}.partial"
    save_file(tensors, partial, {**header, "checksum": checksum(tensors, header)})
    with open(partial, "rb") as file:
        os.fsync(file.fileno())
    os.replace(partial, path)


def read_checkpoint(path):
    """Tensors by name, and metadata. Exits with a sentence where it is none or was edited."""
    try:
        with safe_open(path, "pt") as file:
            header = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}
    except Exception as error:
        raise SystemExit(f"{path} cannot be read: {error}")
    expected = header.pop("checksum", None)
    if expected != checksum(tensors, header):
        raise SystemExit(f"{path} is no checkpoint, or was damaged or edited: its checksum does not match.")
    metadata = {key: json.loads(value) for key, value in header.items()}
    if metadata["formatVersion"] != FORMAT_VERSION or metadata["alphabet"] != ALPHABET:
        raise SystemExit(f"{path} is of another version of Understudy, or has another alphabet.")
    return tensors, metadata
