"""Re-checks every certificate of a ``claims.json``, with the standard library alone: no SymPy, no solver, no search.

``python -m verifiedbook check FILE`` calls it, and so does a book's own command. As it needs nothing that has to be
installed, ``python check.py FILE`` in a copy of this folder does the same.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import stat
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

VERSION = 2
MOST = 16 * 2**20  # bytes of a file
LONGEST = 500  # letters of a message
SECONDS = 30  # of computing, for all proofs of a file together


class CheckError(ValueError):
    """The file cannot be checked, or a certificate in it is wrong; the message is one sentence, on one line."""

    def __init__(self, message: str) -> None:
        # names come from the file: they may be long, and hold what a terminal would obey
        readable = "".join(letter if letter.isprintable() else "?" for letter in message)
        super().__init__(readable if len(readable) <= LONGEST else readable[:LONGEST] + " ...")


def binding(assumptions: list[str], conclusion: str, statement: Any) -> str:
    """Sixteen hexadecimal digits that tie the printed hypotheses and conclusion to the statement that is checked."""
    stated = {key: statement[key] for key in ("variables", "given", "then")}
    text = json.dumps([assumptions, conclusion, stated], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def checksum(content: Any) -> str:
    """Thirty-two hexadecimal digits of what can be written as JSON, by which a change or damage is found."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:32]


def check(path: Path) -> str:
    """A sentence that says how many proofs of ``path`` were checked; CheckError names the first that fails."""
    return checked(_read(path))


def checked(claims: list[Any]) -> str:
    """The same of ``claims`` as they are recorded."""
    start, computing = time.perf_counter(), time.process_time()
    checker = _checker()
    proofs, terms, without = 0, 0, 0
    for where, evidence in _certifiable(claims):
        certificate = evidence["certificate"]
        if certificate is None:
            without += 1
            continue
        if time.process_time() - computing > SECONDS:
            raise CheckError(
                f"the proofs before {where} took {SECONDS} s, as those of no book do; nothing is wrong yet"
            )
        try:
            bound = binding(evidence["assumptions"], evidence["conclusion"], certificate["statement"])
            if certificate["of"] != bound:
                raise CheckError(f"{where}: the certificate is of another statement than the one that is printed")
            terms += checker.check(certificate["statement"], certificate["proof"])
        except (LookupError, TypeError, RecursionError):
            raise CheckError(f"{where}: this is not written as a certificate") from None
        except checker.Refused as refused:
            raise CheckError(f"{where}: {refused.args[0]}{_amount(certificate, refused.args[1])}") from None
        proofs += 1
    missing = f"; {without} universal statement{'s have' if without != 1 else ' has'} none" if without else ""
    seconds = time.perf_counter() - start
    if not proofs:
        return f"no proof has been multiplied out{missing}"
    counted = f"{proofs} proofs with {terms} terms were" if proofs > 1 else f"1 proof with {terms} terms was"
    holds = "all of them hold" if proofs > 1 else "it holds"
    return f"{counted} multiplied out in {seconds:.2f} s, and {holds}{missing}"


def _read(path: Path) -> list[Any]:
    """The claims in the file."""
    again = "make it again with verify"
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise CheckError(f"{path} is no file; name a claims.json, or make one with verify")
        with path.open("rb") as file:
            text = file.read(MOST + 1)
        if len(text) > MOST:
            raise CheckError(f"{path} is larger than {MOST // 2**20} MB, which no record of claims is")
        content = json.loads(text.decode())
    except FileNotFoundError:
        raise CheckError(f"{path} does not exist; name a claims.json, or make one with verify") from None
    except OSError as error:
        raise CheckError(f"{path} cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        if isinstance(error, CheckError):
            raise
        raise CheckError(f"{path} is damaged or cut short, it is not JSON; {again}") from None
    if not isinstance(content, dict) or not isinstance(content.get("claims"), list):
        raise CheckError(f"{path} is no record of claims; {again}")
    if content.get("version") != VERSION:
        raise CheckError(f"{path} is of version {content.get('version')!r:.20}, this reads version {VERSION}; {again}")
    return list(content["claims"])


def _certifiable(claims: list[Any]) -> Iterator[tuple[str, Any]]:
    """Every piece of evidence that has, or could have, a certificate, and where it stands."""
    for claim in claims:
        try:
            for number, evidence in enumerate(claim["evidence"]):
                where = f"{claim['label']!s:.80}, evidence {number}"
                if "certificate" in evidence:
                    yield where, evidence
                for step in evidence.get("steps", []):
                    # of an identity, as of one that is no step, a certificate is no more than welcome
                    if step["certificate"] or step["kind"] == "universal":
                        yield f"{where}, {step['name']!s:.80}", step
        except (AttributeError, LookupError, TypeError):
            raise CheckError("a claim is not written as verify writes it; make the file again with verify") from None


def _amount(certificate: Any, remainder: Any) -> str:
    """By how much the terms miss 0."""
    if not remainder:
        return ""
    told = ""
    for exponents, number in remainder.items():
        named = zip(certificate["statement"]["variables"], exponents, strict=True)
        powers = [f"{name}^{times}" if times > 1 else f"{name}" for name, times in named if times]
        size = [] if abs(number) == 1 and powers else [f"{abs(number)}"]
        sign = " - " if number < 0 else " + "
        told += (sign if told else sign.strip(" +")) + " ".join([*size, *powers])
    return f", but to {told if len(told) <= 200 else told[:200] + ' ...'}"


def _checker() -> ModuleType:
    """The checker, from its file: as part of its package it would bring SymPy along."""
    path = Path(__file__).parent / "claims" / "certificate" / "checker.py"
    spec = importlib.util.spec_from_file_location("verifiedbook_checker", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    try:
        print(check(Path(sys.argv[1] if len(sys.argv) > 1 else "_build/claims.json")))
    except CheckError as error:
        sys.exit(str(error))
