"""A graphics card that is none: memory of the processor that says it is ``cuda:0`` and may not be mixed with the rest.

What is moved to the card is marked there, results of operations on marked tensors are marked too, in the backward pass
as well, and an operation on tensors from both sides fails, as it does on a real card. Numbers are computed by the
processor, so what is computed "there" must equal, bit by bit, what is computed here. Kernels of a card, their rounding
and its memory are not tried.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import pytest
import torch
from torch.multiprocessing.reductions import StorageWeakRef
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves, tree_map_only

CARD, HERE = torch.device("cuda", 0), torch.device("cpu")
#: Operations that may take positions from the processor beside numbers on the card, and the one that copies across.
INDEXING = ("aten::index", "aten::index_put", "aten::_index_put")


class Memory:
    """Which memory lies on the card, and how many operations have worked there."""

    def __init__(self) -> None:
        self._marked: dict[int, StorageWeakRef] = {}
        self.operations = 0

    def holds(self, tensor: torch.Tensor) -> bool:
        reference = self._marked.get(tensor.untyped_storage()._cdata)
        return reference is not None and not reference.expired()

    def place(self, tensor: torch.Tensor, on_card: bool = True) -> torch.Tensor:
        storage = tensor.untyped_storage()
        self._marked.pop(storage._cdata, None)
        if on_card:
            self._marked[storage._cdata] = StorageWeakRef(storage)
        return tensor


class Operations(TorchDispatchMode):
    """Marks what comes of marked tensors, and refuses to mix."""

    def __init__(self, memory: Memory) -> None:
        super().__init__()
        self.memory = memory

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        given = [leaf for leaf in tree_leaves((args, kwargs)) if isinstance(leaf, torch.Tensor)]
        there = [self.memory.holds(tensor) for tensor in given]
        if not any(there) or func is torch.ops.aten.copy_.default:
            return func(*args, **kwargs)
        self.memory.operations += 1
        strangers = [tensor for tensor, held in zip(given, there, strict=True) if tensor.dim() and not held]
        indexing = there[0] and func._schema.name.startswith(INDEXING)
        if (strangers and not indexing) or (func._schema.is_mutable and not there[0]):
            raise RuntimeError(f"{func}: expected all tensors to be on the same device, but found cuda:0 and cpu")
        found = func(*args, **kwargs)
        tree_map_only(torch.Tensor, self.memory.place, found)
        return found


class Devices(TorchFunctionMode):
    """Understands ``cuda`` where a device is named, and says it where one is asked for."""

    def __init__(self, memory: Memory) -> None:
        super().__init__()
        self.memory = memory

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs, name = dict(kwargs or {}), getattr(func, "__name__", "")
        if func == torch.Tensor.device.__get__:
            return CARD if self.memory.holds(args[0]) else HERE
        if name in ("numpy", "__array__") and self.memory.holds(args[0]):
            raise TypeError("can't convert cuda:0 device type tensor to numpy; use Tensor.cpu() first")
        if name == "__deepcopy__":
            return self.memory.place(func(*args, **kwargs), self.memory.holds(args[0]))
        if name == "cpu":
            return self._moved(args[0], args[0], HERE)
        wanted = [torch.device(each) for each in (*args, *kwargs.values()) if _names_device(each)]
        if not wanted or name == "_parse_to":
            return func(*args, **kwargs)
        kwargs = {key: HERE if _names_device(each) else each for key, each in kwargs.items()}
        found = func(*(HERE if _names_device(each) else each for each in args), **kwargs)
        if name == "to":
            return self._moved(args[0], found, wanted[0])
        tree_map_only(torch.Tensor, lambda tensor: self.memory.place(tensor, wanted[0].type == "cuda"), found)
        return found

    def _moved(self, before: torch.Tensor, after: torch.Tensor, device: torch.device) -> torch.Tensor:
        """``after``, in memory of its own if ``before`` lies on another device."""
        on_card = device.type == "cuda"
        if self.memory.holds(before) == on_card:
            return after
        return self.memory.place(after.clone(), on_card)


def _names_device(value: object) -> bool:
    return isinstance(value, torch.device) or (isinstance(value, str) and value in ("cpu", "cuda", "cuda:0"))


@contextmanager
def graphics_card() -> Iterator[Memory]:
    """Within, torch finds a graphics card whose randomness is the processor's."""
    memory = Memory()
    with pytest.MonkeyPatch.context() as patched, Operations(memory), Devices(memory):
        patched.setattr(torch.cuda, "is_available", lambda: True)
        patched.setattr(torch.cuda, "device", lambda _: nullcontext())
        patched.setattr(torch.cuda, "get_device_name", lambda *_: "a card of the tests")
        patched.setattr(torch.cuda, "get_rng_state", lambda *_: torch.get_rng_state())
        patched.setattr(torch.cuda, "set_rng_state", lambda state, *_: torch.set_rng_state(state))
        yield memory
