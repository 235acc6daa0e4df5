"""The tables of costs and accuracies: published beside counted or recorded, and one row a network."""

from __future__ import annotations

from dltheory.compression.experiment import speed
from dltheory.compression.experiment.recorded import channel_lines
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


def test_a_line_for_each_order_and_moment_stands_below_the_dense_one() -> None:
    lines = channel_lines(RUNS)
    assert [line.name for line in lines] == [
        "dense",
        "first channels kept",
        "most important channels kept",
        "first channels kept, fine-tuned",
        "most important channels kept, fine-tuned",
    ]
    assert [line.values for line in lines] == [(0.9, 0.9), (0.1, 0.1), (0.2, 0.2), (0.8, 0.8), (0.85, 0.85)]
    assert [line.published for line in lines] == [0.9295, 0.2814, 0.3681, None, 0.9233]


def test_without_a_run_on_channels_there_is_no_line() -> None:
    assert channel_lines({key: run for key, run in RUNS.items() if run["phase"] == "dense"}) == []


def test_the_notebooks_costs_are_counted_to_the_unit() -> None:
    text = tables.costs_markdown()
    for number in ("605,754,368", "606,164,480", "9,228,362", "305,097,920", "305,388,064", "5,013,666", "12.52 MiB"):
        assert number in text


def test_tables_name_published_and_measured_latencies() -> None:
    found = speed.recorded()
    text = tables.published_markdown(found)
    assert "| published | 1 | 18.4 | 11.0 | 1.67 |" in text
    assert text.count("| here |") == 3
    assert tables.errors_markdown(found).count("\n") == 1 + len(speed.LATENCY_ROUNDS)
    assert [table.row_count for table in tables.tables(found)] == [60, 24]
