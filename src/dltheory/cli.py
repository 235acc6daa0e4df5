"""The command line: ``python -m dltheory verify | check | pyodide | reproduce``. Heavy imports wait for it."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import click

from verifiedbook.cli import check, pyodide, verify
from verifiedbook.project import ProjectError, find

#: The long runs by name, and the module that brings the command of that name.
REPRODUCTIONS = {
    "dropout": "dltheory.dropout.reproduction",
    "pruning": "dltheory.pruning.reproduction",
    "speed": "dltheory.compression.reproduction",
    "networks": "dltheory.networks.reproduction",
}


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="dltheory", prog_name="dltheory")
@click.pass_context
def main(context: click.Context) -> None:
    """Deep Learning Theory, Verified: prove, check and attack what the book states."""
    if context.obj is None and context.invoked_subcommand in ("verify", "check", "pyodide"):
        package = Path(__file__).resolve().parent
        try:
            context.obj = find(package)
        except ProjectError:
            raise click.ClickException(
                f"the package at {package} does not lie in a checkout of the project, so there is no book beside it; "
                "clone the repository and install it with `pip install -e .`"
            ) from None


class Reproductions(click.Group):
    """The chapters' commands, each imported when it is asked for."""

    def list_commands(self, context: click.Context) -> list[str]:
        """The names of the long runs."""
        return list(REPRODUCTIONS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """The command ``name`` of the chapter that brings it."""
        if name not in REPRODUCTIONS:
            return None
        found = getattr(import_module(REPRODUCTIONS[name]), name)
        assert isinstance(found, click.Command)
        return found


@click.group(cls=Reproductions)
def reproduce() -> None:
    """Repeat a long experiment: resumes after an interruption, writes JSON, prints published and reproduced numbers."""


main.add_command(verify)
main.add_command(check)
main.add_command(pyodide)
main.add_command(reproduce)
