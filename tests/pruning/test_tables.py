"""Tables hold one row a line, one number a seed, and dashes where nothing was published or run."""

from __future__ import annotations

from types import SimpleNamespace

from rich.console import Console

from dltheory.pruning.derivation.source import ACCURACY
from dltheory.pruning.experiment import recorded
from dltheory.pruning.figures import tables


def accuracy(value: float) -> dict[str, float]:
    return {"validation": value + 0.01, "test": value}


def runs(seeds: int = 2) -> dict[str, dict]:
    found: dict[str, dict] = {}
    for seed in range(seeds):
        for phase, content in {
            "dense": {"test": 0.9},
            "scan": {
                "images": 200,
                "sparsities": [0.5, 0.9],
                "right": {"conv0": [180, 20 + seed], "classifier": [190, 180]},
            },
            "weights": {"before": accuracy(0.5), "after": accuracy(0.88)},
            "criteria": {
                "rows": [
                    {"sparsity": 0.5, "criterion": "magnitude", "before": accuracy(0.7), "after": accuracy(0.9)},
                    {
                        "sparsity": 0.9,
                        "criterion": "magnitude",
                        "before": accuracy(0.1),
                        "after": accuracy(0.6 + seed / 10),
                    },
                    {"sparsity": 0.5, "criterion": "iterative", "after": accuracy(0.91)},
                ]
            },
        }.items():
            found[f"seed {seed}, {phase}"] = {"seed": seed, "phase": phase, **content}
    return found


def test_accuracies_are_those_of_the_test_part_one_a_seed() -> None:
    lines = {line.name: line for line in recorded.accuracy_lines(runs(3))}
    assert lines["weights pruned, fine-tuned"].values == (0.88, 0.88, 0.88)
    assert list(lines) == ["dense", "weights pruned", "weights pruned, fine-tuned"]


def test_lines_before_and_after_fine_tuning_stand_beside_what_was_published() -> None:
    content = {
        f"seed {seed}": {"seed": seed, "phase": "chosen", "before": accuracy(0.2), "after": accuracy(seed / 10)}
        for seed in (7, 6)
    }
    lines = {line.name: line for line in recorded.accuracy_lines(runs(2) | content)}
    assert list(lines)[3:] == ["sparsities from the scan", "sparsities from the scan, fine-tuned"]
    assert lines["sparsities from the scan, fine-tuned"].values == (0.6, 0.7)
    assert lines["dense"].values == (0.9, 0.9)
    published = {name: line.published for name, line in lines.items()}
    assert published == {
        "dense": ACCURACY["dense"],
        "weights pruned": ACCURACY["weights, before"],
        "weights pruned, fine-tuned": ACCURACY["weights, after"],
        "sparsities from the scan": ACCURACY.get("chosen, before"),
        "sparsities from the scan, fine-tuned": ACCURACY.get("chosen, after"),
    }


def test_the_scan_counts_as_shares_and_knows_the_published_layer() -> None:
    first, last = recorded.scan_lines(runs())
    assert first.values == (0.1, 0.105)
    assert (first.published, last.published) == (0.3181, 0.9252)
    assert recorded.scan_lines(runs(), sparsity=0.5)[0].published is None
    assert recorded.scan_lines({}) == []


def test_markdown_has_a_column_for_the_published_numbers_only_if_asked() -> None:
    lines = [recorded.Line("dense", 0.9295, (0.9, 0.9)), recorded.Line("other", None, (0.5, 0.5))]
    assert tables.markdown(lines, ("a", "b", "c")).splitlines() == [
        "| a | b | c |",
        "|---|---:|---:|",
        "| dense | 92.95 % | 90.0 and 90.0 % |",
        "| other | – | 50.0 and 50.0 % |",
    ]
    assert tables.markdown(lines, ("a", "c"), with_published=False).splitlines()[2] == "| dense | 90.0 and 90.0 % |"


def test_two_networks_are_both_shown_and_three_give_an_interval() -> None:
    assert recorded.spread((0.5, 0.61)) == "50.0 and 61.0 %"
    assert recorded.spread((0.5, 0.5, 0.5)) == "50.0 ± 0.0 %"
    assert recorded.spread((0.5,)) == "50.0 % (one seed)"


def test_a_published_zero_is_a_number() -> None:
    assert recorded.Line("x", 0.0, (0.1,)).cells(True)[1] == "0.00 %"


def test_criteria_are_rows_and_what_was_not_run_is_a_dash() -> None:
    found = recorded.criteria_lines(runs(), "after")
    assert found == {"magnitude": {0.5: (0.9, 0.9), 0.9: (0.6, 0.7)}, "iterative": {0.5: (0.91, 0.91)}}
    rows = tables.criteria_markdown(runs(), "after").splitlines()
    assert rows[0] == "| accuracy in %, by sparsity | 0.5 | 0.9 |"
    assert rows[-1] == "| iterative | 91.0 and 91.0 | – |"


def test_the_terminal_shows_every_table() -> None:
    console = Console(record=True, width=120)
    record = SimpleNamespace(runs=runs(), settings={"data": "CIFAR-10", "width": 0.25})
    more = {"without channels": [recorded.Line("first kept", 0.2814, (0.1,))]}
    tables.print_tables(console, record, more)  # type: ignore[arg-type]
    text = " ".join(console.export_text().split())
    for told in (
        "92.95 %",
        "conv0",
        "before fine-tuning",
        "after fine-tuning",
        "iterative",
        "without channels",
        "28.14 %",
    ):
        assert told in text
