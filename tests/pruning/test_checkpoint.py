"""A pruned network survives a trip to disk and a fresh process; a bad file gets one sentence and runs no code."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from pathlib import Path

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
