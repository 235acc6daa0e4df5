"""A pruned network survives a trip to disk and a fresh process; a bad file gets one sentence and runs no code."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from dltheory.compression.experiment import channels
from dltheory.lab.models import VGG
from dltheory.pruning.experiment import checkpoint, masks


@pytest.fixture
def saved(tmp_path: Path) -> tuple[VGG, Path]:
    torch.manual_seed(0)
    model = channels.without_channels(VGG.of_width((1, 8, 8), 0.125), 0.3).eval()
    masks.apply_masks(model, masks.magnitude_masks(model, {"conv2": 0.5}))
    path = tmp_path / "pruned.pt"
    checkpoint.save(model, path, accuracy=0.5, seeds=[0, 1])
    return model, path


def test_a_fresh_process_computes_the_same(saved: tuple[VGG, Path], tmp_path: Path) -> None:
    model, path = saved
    images = torch.randn(20, 1, 8, 8, generator=torch.Generator().manual_seed(1))
    torch.save(images, tmp_path / "images.pt")
    code = (
        "import sys, torch\n"
        "from dltheory.pruning.experiment import checkpoint\n"
        "model, more = checkpoint.load(sys.argv[1])\n"
        "torch.save(model(torch.load(sys.argv[2])).detach(), sys.argv[3])\n"
        "print(more)\n"
    )
    arguments = [str(path), str(tmp_path / "images.pt"), str(tmp_path / "logits.pt")]
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "{'accuracy': 0.5, 'seeds': [0, 1]}"
    assert torch.allclose(torch.load(tmp_path / "logits.pt"), model(images), atol=1e-6)


def test_zeros_and_architecture_come_back(saved: tuple[VGG, Path]) -> None:
    model, path = saved
    loaded, _ = checkpoint.load(path, like=model)
    assert loaded.channels == model.channels
    assert int((loaded.conv2.weight == 0).sum()) == int((model.conv2.weight == 0).sum()) > 0
    assert not loaded.training


def test_a_file_of_another_architecture_is_refused(saved: tuple[VGG, Path]) -> None:
    with pytest.raises(checkpoint.CheckpointError, match=r"another architecture: .* channels .*; expected"):
        checkpoint.load(saved[1], like=VGG.of_width((1, 8, 8), 0.125))


@pytest.mark.parametrize("share", [0.0, 0.01, 0.5, 0.95, 0.999])
def test_a_file_cut_short_is_refused(saved: tuple[VGG, Path], share: float) -> None:
    content = saved[1].read_bytes()
    saved[1].write_bytes(content[: int(share * len(content))])
    with pytest.raises(checkpoint.CheckpointError, match=r"pruned\.pt"):
        checkpoint.load(saved[1])


@pytest.mark.parametrize("content", [b"", b"a text", b"\x89PNG\r\n\x1a\n" + bytes(100), bytes(1000)])
def test_a_file_that_is_no_checkpoint_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "something.pt"
    path.write_bytes(content)
    with pytest.raises(checkpoint.CheckpointError, match=r"something\.pt"):
        checkpoint.load(path)


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(checkpoint.CheckpointError, match="does not exist"):
        checkpoint.load(tmp_path / "none.pt")


def test_tensors_of_another_kind_are_refused(tmp_path: Path) -> None:
    checkpoint.write({"format": "something else"}, tmp_path / "other.pt")
    with pytest.raises(checkpoint.CheckpointError, match="holds no network of this project"):
        checkpoint.load(tmp_path / "other.pt")


def test_numbers_that_do_not_fit_their_architecture_are_refused(saved: tuple[VGG, Path]) -> None:
    found = checkpoint.read(saved[1])
    del found["state"]["conv3.weight"]
    checkpoint.write(found, saved[1])
    with pytest.raises(checkpoint.CheckpointError, match="inconsistent"):
        checkpoint.load(saved[1])


def test_no_flipped_bit_changes_a_number(saved: tuple[VGG, Path]) -> None:
    model, path = saved
    content = path.read_bytes()
    random, refused = np.random.default_rng(0), 0
    for position in random.integers(0, len(content), 150):
        spoilt = bytearray(content)
        spoilt[position] ^= 1 << random.integers(8)
        path.write_bytes(spoilt)
        try:
            loaded, more = checkpoint.load(path)
        except checkpoint.CheckpointError as error:
            refused += "pruned.pt" in str(error)
            continue
        # the date of an entry, say: what the network computes is the same
        assert all(torch.equal(a, b) for a, b in zip(loaded.parameters(), model.parameters(), strict=True))
        assert more == {"accuracy": 0.5, "seeds": [0, 1]}
    assert refused > 100


STATE = {"conv0.weight": torch.zeros(8, 1, 3, 3), "norm0.weight": torch.ones(8)}
FOREIGN: dict[str, tuple[object, str]] = {
    "numbers alone": (STATE, r"numbers without an architecture \(a state_dict\); load it into a VGG"),
    "numbers beside an optimiser": ({"state_dict": STATE, "epoch": 3}, r"numbers without an architecture"),
    "DataParallel": ({f"module.{name}": value for name, value in STATE.items()}, r"DataParallel .*save the `\.module`"),
    "a compiled one": ({f"_orig_mod.{name}": value for name, value in STATE.items()}, r"torch\.compile around it"),
    "masks": (
        {"conv0.weight_orig": STATE["conv0.weight"], "conv0.weight_mask": STATE["conv0.weight"]},
        r"prune\.remove",
    ),
    "a parametrisation": ({"conv0.parametrizations.weight.original": torch.ones(1)}, r"remove_parametrizations"),
    "one tensor": (torch.ones(3), r"holds no network of this project; save one with"),
    "a list": ([1, 2], r"holds no network of this project; save one with"),
    "a tensor as format": ({"format": torch.ones(2)}, r"holds no network of this project"),
    "no architecture": ({"format": checkpoint.FORMAT, "state": {}}, r"says nothing of its architecture"),
    "an architecture of texts": (
        {"format": checkpoint.FORMAT, "state": {}, "architecture": {"shape": "x", "classes": "y", "channels": "z"}},
        r"says nothing of its architecture",
    ),
    "an architecture beyond memory": (
        {
            "format": checkpoint.FORMAT,
            "state": {},
            "architecture": {"shape": [1, 8, 8], "classes": 10**9, "channels": [10**6] * 8},
        },
        r"conv0\.weight is missing; write it again",
    ),
}


@pytest.mark.parametrize("case", FOREIGN)
def test_a_checkpoint_of_another_kind_is_called_by_its_name(case: str, tmp_path: Path) -> None:
    content, said = FOREIGN[case]
    torch.save(content, tmp_path / "net.pt")
    with pytest.raises(checkpoint.CheckpointError, match=said) as caught:
        checkpoint.load(tmp_path / "net.pt")
    assert "net.pt" in str(caught.value)
    assert str(caught.value).isprintable()


CHANGES: dict[str, tuple[str, Callable[[torch.Tensor], object], str]] = {
    "another width": ("conv1.weight", lambda w: w[:, :3], r"conv1\.weight has shape \(\d+, 3, 3, 3\), expected"),
    "not a number": (
        "conv1.weight",
        lambda w: w / 0,
        r"conv1\.weight holds numbers that are not finite; train it again",
    ),
    "whole numbers": ("conv1.weight", lambda w: w.int(), r"conv1\.weight holds torch\.int32 .*expected torch\.float32"),
    "complex numbers": ("conv1.weight", lambda w: w.cfloat(), r"conv1\.weight holds torch\.complex64"),
    "few entries": ("conv1.weight", lambda w: w.to_sparse(), r"conv1\.weight holds .*torch\.sparse_coo"),
    "a list": ("conv1.weight", lambda w: w.tolist(), r"conv1\.weight is missing"),
    "one more": ("conv9.weight", lambda _: torch.ones(1), r"'conv9\.weight' is no part of it"),
}


@pytest.mark.parametrize("case", CHANGES)
def test_numbers_that_are_no_network_are_named(case: str, saved: tuple[VGG, Path]) -> None:
    name, change, said = CHANGES[case]
    found = checkpoint.read(saved[1])
    found["state"] = {**found["state"], name: change(found["state"].get(name))}
    torch.save(found, saved[1])
    with pytest.raises(checkpoint.CheckpointError, match=said):
        checkpoint.load(saved[1])


def test_half_precision_is_read_as_the_numbers_it_holds(saved: tuple[VGG, Path]) -> None:
    model, path = saved
    found = checkpoint.read(path)
    found["state"] = {name: t.half() if t.is_floating_point() else t for name, t in found["state"].items()}
    torch.save(found, path)
    loaded, _ = checkpoint.load(path)
    assert torch.equal(loaded.conv1.weight, model.conv1.weight.half().float())


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"version https://git-lfs.github.com/spec/v1\n", "is a Git LFS pointer, not the checkpoint itself; fetch it"),
        (b"<!DOCTYPE html><html>", "is a web page, not the checkpoint; get it again"),
        (b"\x89HDF\r\n\x1a\n", "is an HDF5 file, as Keras writes; save the network"),
        (b"\x1f\x8b\x08", "is packed by gzip; unpack it first"),
    ],
)
def test_what_lies_in_its_place_is_called_by_its_name(content: bytes, said: str, tmp_path: Path) -> None:
    (tmp_path / "net.pt").write_bytes(content)
    with pytest.raises(checkpoint.CheckpointError, match=said):
        checkpoint.load(tmp_path / "net.pt")


def test_a_pipe_and_a_folder_are_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "net.pt")
    for path in (tmp_path / "net.pt", tmp_path):
        with pytest.raises(checkpoint.CheckpointError, match="is no file; name a checkpoint"):
            checkpoint.load(path)


class Intruder:
    """What is in a pickle runs when it is read the ordinary way."""

    def __init__(self, target: str) -> None:
        self.target = target

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (self.target,)


@pytest.mark.parametrize("way", ["torch", "pickle", "inside"])
def test_no_code_of_the_file_runs(tmp_path: Path, way: str) -> None:
    path, target = tmp_path / "evil.pt", tmp_path / "was here"
    intruder = Intruder(str(target))
    if way == "pickle":
        path.write_bytes(pickle.dumps(intruder))
    else:
        torch.save({"format": checkpoint.FORMAT, "more": intruder} if way == "inside" else intruder, path)
    with pytest.raises(checkpoint.CheckpointError, match=r"evil\.pt"):
        checkpoint.load(path)
    assert not target.exists()
