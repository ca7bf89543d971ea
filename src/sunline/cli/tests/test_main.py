"""The command line reads well: every command is there and says what it does."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from sunline.cli.main import COMMANDS, main


def test_help_names_every_command() -> None:
    answer = CliRunner().invoke(main, ["--help"])
    assert answer.exit_code == 0
    for name in COMMANDS:
        assert name in answer.output


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_explains_itself(name: str) -> None:
    answer = CliRunner().invoke(main, [name, "--help"])
    assert answer.exit_code == 0
    assert len(answer.output) > 60
