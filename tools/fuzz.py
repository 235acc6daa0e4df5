"""Throws thousands of wrong command lines, damaged files and odd answers at the project and prints what is not said.

    python tools/fuzz.py [--count 5000] [--seed 0] [--kind lines --kind files --kind answers]

Each try must end in a result or in a sentence: an exception that nobody meant is printed with its traceback and the
seed and number that bring it back, and the exit status is 1. Command lines run in this process, without the work behind
them: no claim of the book is verified, nothing is trained. A command must end within 60 s of processor time.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import random
import signal
import string
import sys
import tarfile
import tempfile
import time
import traceback
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import click
from click.testing import CliRunner

ROOT = Path(__file__).resolve().parents[1]
#: Processor time of one try, seconds.
LIMIT = 60
SHARES = {"lines": 0.3, "files": 0.4, "answers": 0.3}
CLAIMS = """
import sympy as sp
from verifiedbook.claims import ForAll, NearMiss, claim

x = sp.Symbol("x", real=True)

@claim("thm-fuzzed-square")
def square():
    "A square is never negative."
    return [ForAll([], x**2 - 2 * x + 1 >= 0, near_misses=[NearMiss("strict", then=x**2 - 2 * x + 1 > 0)])]
"""

OPTIONS = (
    "--jobs -j --json --all --labels-only --dataset --data --seeds --device --variants --threads --out --out=x",
    "--width --precision --epochs --criteria --no-criteria --part --help -h --version -- - --x -jj --jobs=",
)
VALUES = (
    "1 2 0 -1 99999999999999999999 1e3 nan inf 0.25 4.1 digits cifar10 cpu cuda auto all few thm-fuzzed-square thm-",
    "claims.json no.json empty network.pt gone /dev/null /dev/zero / . .. a\x00b float32 bfloat16 published é",
    "../../../x \udcff \x1b[2J [red] %s {0} $(id) ;id ~ * ? -1e400 0x10 1_000 ¹ ٣ set.zip /proc/self/mem",
)
PIECES = (
    "a b k p x r s w eta beta lambda mu kappa sigma λ σ₁ \\sigma_1 sigma_{1} w_1 pi e E I S N oo nan zoo 0 1 2 10 0.5",
    "1,5 1e9 9999999999 + - − * ** ^ / · × ÷ ! | ( ) [ ] { } ( ) ( ) , ; = < > & % @ # ' \" \\ _ __ . : ? ² ½ √",
    "\\frac \\frac12 \\sqrt \\left( \\right) \\ln \\cdot \\binom \\mathrm{e} \\operatorname{erf} sin log ln",
    "exp sqrt abs max min floor factorial binomial erf Matrix Rational Sum Integral Symbol Function lambdify",
    "__import__ eval exec open print input exit breakpoint os.system lambda: x.__class__ import f'' 𝑒 ℓ",
    "9**9**9 factorial(10**7) (((((((( exp(exp(exp( ^^^^ 10^-400 \u200b \U0001f600 \x00 \ud800",
)

FUNCTIONS = ("exp", "log", "sin", "cosh", "sqrt", "abs", "floor", "erf", "erfinv", "factorial", "tan", "acos", "-")

Try = Callable[[random.Random], str]


class Stuck(BaseException):
    """A try that does not end."""


def damaged(content: bytes, chance: random.Random) -> bytes:
    """Cut short, with flipped bits, with pieces lost, doubled, moved or strange."""
    if not content:
        return chance.randbytes(20)
    at, length = chance.randrange(len(content)), chance.choice((1, 4, 100, 3000))
    kind = chance.randrange(8)
    if kind == 0:
        return content[:at]
    if kind == 1:
        changed = bytearray(content)
        for _ in range(chance.choice((1, 1, 3, 40))):
            changed[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        return bytes(changed)
    if kind == 2:
        return content[:at] + content[at + length :]
    if kind == 3:
        return content[:at] + content[at : at + length] + content[at:]
    if kind == 4:
        return content[:at] + chance.randbytes(length) + content[at:]
    if kind == 5:
        return content[:at] + bytes(length) + content[at + length :]
    if kind == 6:
        return content.replace(b"\n", b"\r\n") if chance.random() < 0.5 else b"\xef\xbb\xbf" + content
    return content[at:] + content[:at]


STRANGE: tuple[Any, ...] = (
    None, True, -1, 0, 10**30, 1e308, float("nan"), "", "x", "\x1b[31m", "[bold]", [], [[]], {}, {"a": 1}, "1/0",
)  # fmt: skip


def altered(value: Any, chance: random.Random) -> Any:
    """A JSON document with one place that holds something else, is missing, or is new."""
    if isinstance(value, dict) and value and chance.random() < 0.9:
        key = chance.choice(list(value))
        kind = chance.random()
        if kind < 0.08:
            return {name: each for name, each in value.items() if name != key}
        if kind < 0.12:
            return {**value, chance.choice(("x", "", key + "x")): chance.choice(STRANGE)}
        return {**value, key: altered(value[key], chance)}
    if isinstance(value, list) and value and chance.random() < 0.9:
        at = chance.randrange(len(value))
        if chance.random() < 0.1:
            return value[:at] + value[at + 1 :]
        return [*value[:at], altered(value[at], chance), *value[at + 1 :]]
    return chance.choice(STRANGE)


class Zoo:
    """A folder of files, good and bad, and a small book; the working folder while command lines run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "book").mkdir()
        package = folder / "src" / "fuzzedbook"
        for place, text in (
            (package / "__init__.py", ""),
            (package / "few" / "__init__.py", ""),
            (package / "few" / "claims.py", CLAIMS),
            (folder / "pyproject.toml", '[tool.verifiedbook]\npackage = "fuzzedbook"\nchapters = ["few"]\n'),
        ):
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text)
        sys.path.insert(0, str(package.parent))
        self.records = sorted((ROOT / "results").glob("*.json"))
        self.certificates = sorted((ROOT / "results" / "certificates").glob("*.json"))
        self.claims = (
            (ROOT / "_build" / "claims.json").read_bytes() if (ROOT / "_build" / "claims.json").is_file() else b""
        )
        self.checkpoint = self._checkpoint()
        self.archives = self._archives()
        (folder / "empty").touch()
        (folder / "no.json").write_text("{")
        (folder / "a folder").mkdir()
        (folder / "réc.json").write_text("[]")
        (folder / "claims.json").write_bytes(self.claims)

    def _checkpoint(self) -> bytes:
        from dltheory.lab.models import VGG
        from dltheory.pruning.experiment import checkpoint

        path = self.folder / "network.pt"
        checkpoint.save(VGG.of_width((1, 8, 8), 0.02), path, accuracy=0.5)
        return path.read_bytes()

    def _archives(self) -> dict[str, bytes]:
        """A small set of images as tar.gz, tar, zip, and one batch as the official files have it."""
        from PIL import Image

        images = {}
        for part in ("train", "test"):
            for label in ("cat", "dog"):
                content = io.BytesIO()
                Image.effect_noise((6, 4), 50).convert("RGB").save(content, "JPEG" if label == "cat" else "PNG")
                images[f"{part}/{label}/0.png"] = content.getvalue()
        found = {}
        for name, mode in (("set.tar.gz", "w:gz"), ("set.tar", "w"), ("set.tar.xz", "w:xz")):
            packed = io.BytesIO()
            with tarfile.open(fileobj=packed, mode=mode) as archive:  # type: ignore[call-overload]
                for file, content in images.items():
                    member = tarfile.TarInfo(file)
                    member.size = len(content)
                    archive.addfile(member, io.BytesIO(content))
            found[name] = packed.getvalue()
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as zipped:
            for file, content in images.items():
                zipped.writestr(file, content)
        return found | {"set.zip": packed.getvalue()} | images


def lines(zoo: Zoo) -> Try:
    """Command lines of ``dltheory`` and ``verifiedbook``, built from what they know and from what nobody means."""
    import dltheory.cli
    import verifiedbook.cli
    from dltheory.compression import reproduction as speed
    from dltheory.dropout import reproduction as dropout
    from dltheory.networks import reproduction as networks
    from dltheory.pruning import reproduction as pruning
    from verifiedbook.browser import obtain

    for module in (dropout, networks, pruning):
        module.carry_out_showing = lambda *_, **__: None  # type: ignore[attr-defined]
    speed.carry_out = lambda *_: 0

    def no_network(*_: object, **__: object) -> None:
        raise obtain.ObtainError("there is no network")

    obtain.obtain = no_network  # type: ignore[assignment]
    heads = [
        ["verify"], ["check"], ["pyodide"], ["reproduce"], ["reproduce", "dropout"], ["reproduce", "pruning"],
        ["reproduce", "speed"], ["reproduce", "networks"], ["reproduce", "nothing"], [], ["verfy"],
    ]  # fmt: skip
    options, values = " ".join(OPTIONS).split(), " ".join(VALUES).split()
    values += ["a folder", "réc.json", "", " ", "x" * 5000, "''"]
    mains = (dltheory.cli.main, verifiedbook.cli.main)

    def attempt(chance: random.Random) -> str:
        words = list(chance.choice(heads))
        for _ in range(chance.choice((0, 1, 1, 2, 2, 3, 5))):
            words.append(chance.choice(options if chance.random() < 0.5 else values))
        if chance.random() < 0.1:
            words.append("".join(chance.choices(string.printable + "äß\u202e\U0001f600", k=chance.randrange(1, 30))))
        if "pyodide" not in words and "reproduce" not in words and chance.random() < 0.3:
            words += ["--jobs", "1"]
        main = chance.choice(mains)
        obj = verifiedbook.project.find(zoo.folder) if main is dltheory.cli.main or chance.random() < 0.5 else None
        done = CliRunner().invoke(main, words, obj=obj)
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        assert "Traceback (most recent call last)" not in done.output
        return "accepted" if done.exit_code == 0 else "refused"

    return attempt


def files(zoo: Zoo) -> Try:
    """Records of claims, of runs, of certificates, checkpoints, archives and images, each with something wrong."""
    import dltheory.cli
    import verifiedbook.cli
    from dltheory.compression import reproduction as speed
    from dltheory.dropout import reproduction as dropout
    from dltheory.lab.images import ImageDataError, cifar10, image_folder
    from dltheory.networks import reproduction as networks
    from dltheory.pruning import reproduction as pruning
    from dltheory.pruning.experiment import checkpoint
    from verifiedbook.claims import report
    from verifiedbook.claims.certificate import kept
    from verifiedbook.incremental import known

    for module in (dropout, networks, pruning):
        module.carry_out_showing = lambda *_, **__: None  # type: ignore[attr-defined]
    speed.carry_out = lambda *_: 0
    parsed = {path: json.loads(path.read_text(encoding="utf-8")) for path in (*zoo.records, *zoo.certificates)}
    claims = json.loads(zoo.claims) if zoo.claims else None

    def spoilt(path: Path, chance: random.Random) -> bytes:
        if chance.random() < 0.3:
            return damaged(path.read_bytes(), chance)
        return json.dumps(altered(parsed[path], chance)).encode()

    def run(main: click.Command, *words: str) -> str:
        done = CliRunner().invoke(main, words)
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return "accepted" if done.exit_code == 0 else "refused"

    def of_claims(chance: random.Random) -> str:
        path = zoo.folder / "spoilt.json"
        kind = chance.random()
        if kind < 0.3 or claims is None:
            path.write_bytes(damaged(zoo.claims, chance))
        elif kind < 0.35:
            path.write_bytes(chance.choice((b"[" * 100_000, b'{"a":' * 100_000, b"null", b"1e999", zoo.checkpoint)))
        else:
            path.write_text(json.dumps(altered(claims, chance)), encoding="utf-8")
        known(path)
        with contextlib.suppress(report.ReportError):
            report.read(path)
        return run(verifiedbook.cli.main, "check", str(path))

    def of_runs(chance: random.Random) -> str:
        source = chance.choice(zoo.records)
        folder = zoo.folder / "records"
        folder.mkdir(exist_ok=True)
        (folder / source.name).write_bytes(spoilt(source, chance))
        words = ["reproduce", source.name.partition("-")[0], "--out", str(folder), "--jobs", "1"]
        if words[1] == "networks":
            words += ["--part", source.stem.partition("-")[2]]
        elif source.name == "pruning-speed.json":
            words = ["reproduce", "speed", "--out", str(folder)]
        elif "cifar10" in source.name:
            words = ["reproduce", "pruning" if "pruning" in source.name else "dropout", "--out", str(folder)]
            source = source.with_name(f"{words[1]}-digits{'-width0.25' * (words[1] == 'pruning')}.json")
            (folder / source.name).write_bytes(spoilt(source, chance))
        if words[1] == "dropout":
            words += ["--seeds", "10"]
        elif words[1] == "pruning":
            words += ["--seeds", "5"]
        return run(dltheory.cli.main, *words)

    def of_certificates(chance: random.Random) -> str:
        source, folder = chance.choice(zoo.certificates), zoo.folder / "certificates"
        folder.mkdir(exist_ok=True)
        (folder / "one.json").write_bytes(spoilt(source, chance))
        kept.keep_in(folder)
        try:
            for proof in kept._known(str(folder)).values():
                statement = next(iter(parsed[source].values()))["statement"]
                kept._terms(statement, proof)
        except kept.KeptError:
            return "refused"
        finally:
            os.environ.pop(kept.FOLDER, None)
        return "accepted"

    def of_networks(chance: random.Random) -> str:
        path = zoo.folder / "spoilt.pt"
        path.write_bytes(damaged(chance.choice((zoo.checkpoint, zoo.checkpoint, zoo.archives["set.zip"])), chance))
        try:
            checkpoint.load(path)
        except checkpoint.CheckpointError:
            return "refused"
        return "accepted"

    def of_images(chance: random.Random) -> str:
        name = chance.choice(list(zoo.archives))
        path = zoo.folder / "images"
        path.mkdir(exist_ok=True)
        for old in sorted(path.rglob("*"), reverse=True):
            old.rmdir() if old.is_dir() else old.unlink()
        content = damaged(zoo.archives[name], chance)
        if "/" in name:
            for other in (each for each in zoo.archives if "/" in each):
                (path / other).parent.mkdir(parents=True, exist_ok=True)
                (path / other).write_bytes(content if other == name else zoo.archives[other])
        else:
            path = path / chance.choice((name, "set", "data_batch_1", "test_batch.bin", "data_batch_2.mat"))
            path.write_bytes(content)
        try:
            if chance.random() < 0.8:
                image_folder(path, ("cat", "dog"), (4, 6))
            else:
                cifar10(path.parent if path.is_file() else path)
        except ImageDataError:
            return "refused"
        return "accepted"

    kinds = (of_claims, of_runs, of_certificates, of_networks, of_images)
    return lambda chance: chance.choice(kinds)(chance)


def formula(names: Sequence[str], chance: random.Random, depth: int) -> str:
    """Something that reads as a formula in ``names``, and may be anything as a number."""
    if depth == 0 or chance.random() < 0.2:
        return chance.choice(names)
    inner = [formula(names, chance, depth - 1) for _ in range(2)]
    if chance.random() < 0.3:
        return f"{chance.choice(FUNCTIONS)}({inner[0]})"
    left, right = (f"({part})" if chance.random() < 0.7 else part for part in inner)
    return left + chance.choice(("+", "-", "*", "/", "^", " ", "**", " - ", "!/", "^-")) + right


def answers(zoo: Zoo) -> Try:
    """What is typed below exercises: formulas that grow, LaTeX, Python, attacks, and right answers with a slip."""
    from importlib import import_module

    from verifiedbook.exercises import grade
    from verifiedbook.project import find

    exercises = []
    for chapter in find(ROOT).chapters:
        exercises += import_module(f"dltheory.{chapter}.answers").ANSWERS.values()
    pieces = " ".join(PIECES).split()

    def attempt(chance: random.Random) -> str:
        exercise = chance.choice(exercises)
        text = "".join(chance.choices(pieces, k=chance.randrange(1, 40)))
        if chance.random() < 0.4:
            parts = [
                formula([*exercise.names, "2", "1/3", "pi"], chance, 4) for _ in range(chance.choice((1, 1, 2, 3)))
            ]
            text = ", ".join(parts)
        elif chance.random() < 0.5:
            right = str(exercise.formula())
            at = chance.randrange(len(right) + 1)
            text = right[:at] + chance.choice(pieces) + right[at + chance.randrange(2) :]
        elif chance.random() < 0.05:
            text = chance.choice(("(", "-", "exp(", "2^", "1/", "[", "\\frac{")) * chance.choice((10, 1000, 100_000))
        verdict = grade(exercise, text)
        assert verdict.message
        return "accepted" if verdict else "refused"

    return attempt


KINDS: dict[str, Callable[[Zoo], Try]] = {"lines": lines, "files": files, "answers": answers}


def _stuck(*_: object) -> None:
    raise Stuck(f"did not end within {LIMIT} s of processor time")


def fuzz(kind: str, count: int, seed: int, zoo: Zoo) -> Iterator[tuple[int, str, BaseException | None]]:
    """The number, the outcome and the exception, if one escaped, of each try."""
    attempt = KINDS[kind](zoo)
    signal.signal(signal.SIGVTALRM, _stuck)
    for number in range(count):
        signal.setitimer(signal.ITIMER_VIRTUAL, LIMIT)
        try:
            yield number, attempt(random.Random(f"{kind} {seed} {number}")), None
        except (KeyboardInterrupt, GeneratorExit):
            raise
        except BaseException as error:
            yield number, "escaped", error
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def carry_out(counts: dict[str, int], seed: int) -> list[str]:
    """Fuzz in a folder that is removed at the end; what escaped comes back, as text."""
    escaped = []
    with tempfile.TemporaryDirectory() as name:
        here = Path.cwd()
        zoo = Zoo(Path(name))
        os.chdir(zoo.folder)
        try:
            for kind, count in counts.items():
                began, outcomes = time.process_time(), Counter[str]()
                for number, outcome, error in fuzz(kind, count, seed, zoo):
                    outcomes[outcome] += 1
                    if error is not None:
                        escaped.append(
                            f"{kind}, seed {seed}, number {number}:\n{''.join(traceback.format_exception(error))}"
                        )
                told = ", ".join(f"{outcomes[each]} {each}" for each in ("accepted", "refused", "escaped"))
                click.echo(f"{kind}: {count} tries, {told}; {time.process_time() - began:.0f} s of processor time")
        finally:
            os.chdir(here)
    return escaped


@click.command()
@click.option("--count", type=click.IntRange(1), default=5000, show_default=True, help="Tries, all kinds together.")
@click.option("--seed", type=int, default=0, show_default=True)
@click.option("--kind", "kinds", type=click.Choice(list(KINDS)), multiple=True, help="Only these kinds.")
def main(count: int, seed: int, kinds: tuple[str, ...]) -> None:
    """Fuzz command lines, files and answers."""
    chosen = kinds or tuple(KINDS)
    whole = sum(SHARES[kind] for kind in chosen)
    escaped = carry_out({kind: round(count * SHARES[kind] / whole) for kind in chosen}, seed)
    for text in escaped:
        click.echo(text)
    click.echo(f"{len(escaped)} tracebacks")
    sys.exit(1 if escaped else 0)


if __name__ == "__main__":
    main()
