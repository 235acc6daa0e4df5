"""The tables of costs: published beside counted, and one row a network."""

from __future__ import annotations

from dltheory.compression.figures import tables


def accuracy(value: float) -> dict[str, float]:
    return {"validation": value + 0.01, "test": value}


RUNS = {
    f"{phase} {seed}": {"phase": phase, "seed": seed, **content}
    for seed in range(2)
    for phase, content in {
        "dense": {"test": 0.9, "macs": 1000, "parameters": 50},
        "channels": {
            "macs": 500,
            "parameters": 30,
            "first": {"before": accuracy(0.1), "after": accuracy(0.8)},
            "sorted": {"before": accuracy(0.2), "after": accuracy(0.85)},
        },
    }.items()
}


def test_costs_and_accuracy_stand_in_one_row() -> None:
    rows = tables.channels_markdown(RUNS, (2.0, 1.5)).splitlines()
    assert rows[2] == "| dense | 90.0 and 90.0 % | 1,000 | 50 | 2.00 ms |"
    assert rows[-1] == "| most important channels kept, fine-tuned | 85.0 and 85.0 % | 500 | 30 | 1.50 ms |"


def test_the_notebooks_costs_are_counted_to_the_unit() -> None:
    text = tables.costs_markdown()
    for number in ("605,754,368", "606,164,480", "9,228,362", "305,097,920", "305,388,064", "5,013,666", "12.52 MiB"):
        assert number in text
