"""The `sunline` command line; each group of commands lives in a module of its own."""

from __future__ import annotations

import os
from importlib import import_module

import click

from sunline import __version__

# Command: the module that holds it. Modules load only when their command runs.
COMMANDS = {
    "demo": "demo",
    "traffic": "demo",
    "migrate": "running",
    "serve": "running",
    "web": "running",
    "live": "running",
    "worker": "running",
    "mailbox": "running",
    "shipped": "shipped",
    "staff": "staff",
    "import": "importing",
    "messages": "texts",
    "shots": "shots",
}


class Lazy(click.Group):
    """Looks a command up in its module when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command, or None for an unknown name."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"sunline.cli.{COMMANDS[cmd_name]}")
        command: click.Command = getattr(module, f"{cmd_name.replace('-', '_')}_command")
        return command


@click.command(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="sunline")
def main() -> None:
    """Sunline (阳光热线): the customer-service management system of a telecom operator.

    Settings come from the environment; see docs/reference/settings.md. The database is
    DATABASE_URL, by default SQLite in var/.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sunline.config.settings")


if __name__ == "__main__":
    main()
