"""Networks on disk. Reading one never runs code from the file, and what is wrong with it is said in one sentence."""

from __future__ import annotations

import os
import pickle
import warnings
from pathlib import Path
from typing import Any

import torch

from dltheory.lab.models import VGG

FORMAT = "dltheory VGG 1"


class CheckpointError(ValueError):
    """A file holds no network that can be used; the message names it and says why."""


def save(model: VGG, path: str | Path, **more: Any) -> None:
    """Write the network's architecture and numbers, and ``more`` (tensors, numbers, texts) beside them."""
    architecture = {"shape": list(model.shape), "classes": model.classes, "channels": list(model.channels)}
    write({"format": FORMAT, "architecture": architecture, "state": model.state_dict(), "more": more}, path)


def load(path: str | Path, like: VGG | None = None) -> tuple[VGG, dict[str, Any]]:
    """The network in ``path``, in evaluation mode on the CPU, and what was saved beside it.

    ``like``: the architecture that is expected. Raises :class:`CheckpointError` for a file that is cut short, damaged,
    of another architecture or no checkpoint.
    """
    found = read(path)
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise CheckpointError(f"{path} holds no network of this project; save one with dltheory's checkpoint.save")
    try:
        shape, classes, channels = (found["architecture"][name] for name in ("shape", "classes", "channels"))
        model = VGG(tuple(shape), classes, tuple(channels))
        model.load_state_dict(found["state"])
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        reason = str(error).splitlines()[0]
        raise CheckpointError(f"{path} is inconsistent, its numbers do not fit its architecture: {reason}") from error
    if like is not None and (model.shape, model.classes, model.channels) != (like.shape, like.classes, like.channels):
        raise CheckpointError(
            f"{path} holds another architecture: images {model.shape}, {model.classes} classes, channels "
            f"{model.channels}; expected images {like.shape}, {like.classes} classes, channels {like.channels}"
        )
    return model.eval(), found.get("more", {})


def write(content: dict[str, Any], path: str | Path) -> None:
    """Write tensors and plain values; an interruption never leaves half a file."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".part")
    torch.save(content, beside)
    os.replace(beside, path)


def read(path: str | Path) -> Any:
    """Tensors and plain values from ``path``; anything that would run code is refused. Raises CheckpointError."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # remarks on how a foreign file was pickled; it is refused anyway
            return torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError as error:
        raise CheckpointError(f"{path} does not exist") from error
    except OSError as error:
        raise CheckpointError(f"{path} cannot be read: {error.strerror or error}") from error
    except pickle.UnpicklingError as error:
        raise CheckpointError(
            f"{path} is no checkpoint of tensors and plain values; it was refused without running anything in it"
        ) from error
    except Exception as error:  # bytes that are no checkpoint make the reader stumble in any way
        raise CheckpointError(f"{path} is damaged or cut short, or no checkpoint at all; write it again") from error
