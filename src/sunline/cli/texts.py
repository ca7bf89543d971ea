"""`sunline messages`: find, check and compile the texts that people read."""

from __future__ import annotations

import sys

import click

from . import messages


@click.group("messages")
def messages_command() -> None:
    """Extract, check and compile translations."""


@messages_command.command()
def extract() -> None:
    """List texts without a translation in locale/parts/todo.po."""
    click.echo(f"{messages.note_missing()} texts wait for a translation")


@messages_command.command("compile")
def compile_command() -> None:
    """Join the rooms' translations into one catalogue."""
    click.echo(f"{messages.compile_all()} texts compiled")


@messages_command.command()
def check() -> None:
    """Fail when a text has no translation."""
    found = messages.missing()
    for text in found:
        click.echo(text)
    sys.exit(bool(found))
