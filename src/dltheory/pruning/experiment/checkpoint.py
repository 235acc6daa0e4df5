"""Networks on disk. Reading one never runs code from the file, and what is wrong with it is said in one sentence."""

from __future__ import annotations

import io
import pickle
import warnings
import zipfile
from pathlib import Path
from typing import Any

import torch

from dltheory.lab.models import VGG
from verifiedbook.replacing import replacing

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
    of another architecture or no checkpoint, and for numbers that are not finite.
    """
    found = read(path)
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise CheckpointError(f"{path} holds no network of this project{_kind(found)}")
    try:
        state, more = dict(found["state"]), dict(found.get("more", {}))
        shape, classes, channels = (found["architecture"][name] for name in ("shape", "classes", "channels"))
        with torch.device("meta"):  # its shapes, before any memory is taken for them
            model = VGG(tuple(shape), classes, tuple(channels))
    except Exception as error:  # whatever stands in the place of an architecture
        raise CheckpointError(f"{path} says nothing of its architecture that can be used; write it again") from error
    if misfit := _misfit(state, model.state_dict()):
        raise CheckpointError(f"{path} is inconsistent, its numbers do not fit its architecture: {misfit}")
    if like is not None and (model.shape, model.classes, model.channels) != (like.shape, like.classes, like.channels):
        raise CheckpointError(
            f"{path} holds another architecture: images {model.shape}, {model.classes} classes, channels "
            f"{model.channels}; expected images {like.shape}, {like.classes} classes, channels {like.channels}"
        )
    model = model.to_empty(device="cpu")
    model.load_state_dict(state)
    return model.eval(), more


#: Endings and beginnings of names in saved networks, and what they come from.
_WRAPPED = {
    "module.": "torch's DataParallel around it; save the `.module` inside",
    "_orig_mod.": "torch.compile around it; save the network before it is compiled",
    "parametrizations.": "a parametrisation on it; take it off with torch.nn.utils.parametrize.remove_parametrizations",
}


def _kind(found: object) -> str:
    """What a checkpoint of somebody else's is, and what to do."""
    remedy = "; load it into a VGG of this project and save that with dltheory's checkpoint.save"
    if isinstance(found, dict):  # many keep the numbers beside an optimiser's
        found = next((found[key] for key in ("state_dict", "model", "net") if isinstance(found.get(key), dict)), found)
    names = [name for name in found if isinstance(name, str)] if isinstance(found, dict) else []
    for part, source in _WRAPPED.items():
        if any(name.startswith(part) or f".{part}" in name for name in names):
            return f", but the numbers of one with {source}{remedy}"
    if any(name.endswith(("weight_orig", "weight_mask")) for name in names):
        return f", but one with masks beside its weights; make them final with torch.nn.utils.prune.remove{remedy}"
    if names and all(isinstance(value, torch.Tensor) for value in found.values()):  # type: ignore[attr-defined]
        return f", but numbers without an architecture (a state_dict){remedy}"
    return "; save one with dltheory's checkpoint.save"


def _misfit(state: dict[Any, Any], wanted: dict[str, torch.Tensor]) -> str | None:
    """The first thing in ``state`` that cannot be the numbers of the architecture, and what to do."""
    for name in wanted:
        if not isinstance(state.get(name), torch.Tensor):
            return f"{name} is missing; write it again"
    for name, tensor in state.items():
        if name not in wanted:
            return f"{str(name)[:80]!r} is no part of it; write it again"
        if tensor.shape != wanted[name].shape:
            return f"{name} has shape {tuple(tensor.shape)}, expected {tuple(wanted[name].shape)}; write it again"
        if tensor.layout != torch.strided or tensor.is_floating_point() != wanted[name].is_floating_point():
            return f"{name} holds {tensor.dtype} ({tensor.layout}), expected {wanted[name].dtype}; write it again"
        if not bool(torch.isfinite(tensor).all()):
            return f"{name} holds numbers that are not finite; train it again, with a smaller step size"
    return None


def write(content: dict[str, Any], path: str | Path) -> None:
    """Write tensors and plain values; an interruption never leaves half a file."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as beside:
        torch.save(content, beside)


def read(path: str | Path) -> Any:
    """Tensors and plain values from ``path``; anything that would run code is refused. Raises CheckpointError.

    Every byte of the numbers is compared with the file's checksums: torch reads a file with a flipped bit as it is.
    """
    try:
        if Path(path).exists() and not Path(path).is_file():  # a pipe would be waited for
            raise CheckpointError(f"{path} is no file; name a checkpoint")
        content = Path(path).read_bytes()
    except FileNotFoundError as error:
        raise CheckpointError(f"{path} does not exist; check its name") from error
    except (OSError, ValueError) as error:
        raise CheckpointError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}") from error
    for beginning, kind in _OTHERS.items():
        if content.startswith(beginning):
            raise CheckpointError(f"{path} is {kind}")
    if not content.startswith(b"PK"):
        raise CheckpointError(f"{path} is {'no checkpoint' if content else 'empty'}; write it again")
    try:
        if _damaged_entry(content):
            raise CheckpointError(f"{path} is damaged, its checksums do not agree with its content; write it again")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # remarks on how a foreign file was pickled; it is refused anyway
            return torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
    except CheckpointError:
        raise
    except pickle.UnpicklingError as error:
        raise CheckpointError(
            f"{path} is no checkpoint of tensors and plain values; it was refused without running anything in it"
        ) from error
    except Exception as error:  # bytes that are no checkpoint make the reader stumble in any way
        raise CheckpointError(f"{path} is damaged or cut short, or no checkpoint at all; write it again") from error


#: What lies in places where a checkpoint is expected, by its first bytes.
_OTHERS = {
    b"version https://git-lfs": "a Git LFS pointer, not the checkpoint itself; fetch it with `git lfs pull`",
    b"<!DOCTYPE": "a web page, not the checkpoint; get it again",
    b"<html": "a web page, not the checkpoint; get it again",
    b"\x89HDF": "an HDF5 file, as Keras writes; save the network with dltheory's checkpoint.save",
    b"\x1f\x8b": "packed by gzip; unpack it first",
}


def _damaged_entry(content: bytes) -> bool:
    """Whether an entry of the archive that torch writes differs from its checksum. Raises BadZipFile for no archive."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        # torch stores its entries as they are; a packed one may be larger than memory
        return any(entry.compress_type for entry in archive.infolist()) or archive.testzip() is not None
