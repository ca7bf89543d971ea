"""What comes with Sunline is put in once, and what the operator has changed stays."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from sunline.cli.main import main
from sunline.knowledge import services as knowledge
from sunline.knowledge.models import Topic
from sunline.knowledge.types import NewTopic
from sunline.tickets.models import CheckItem, ProofWay

pytestmark = pytest.mark.django_db


def counts() -> list[int]:
    """Run the command and return the counts it prints."""
    result = CliRunner().invoke(main, ["shipped"], env={"SUNLINE_LANGUAGE": "en"})
    assert result.exit_code == 0, result.output
    return [int(line.split()[-1]) for line in result.output.splitlines()]


def test_an_empty_installation_gets_everything_once(now) -> None:
    knowledge.load_topics([NewTopic("billing", "资费", "Fees")], now=now)
    first = counts()
    assert all(first)
    assert Topic.objects.get(code="billing").name == "资费"
    assert first[2] == Topic.objects.count() - 1
    assert (first[3], first[4]) == (CheckItem.objects.count(), ProofWay.objects.count())
    assert counts()[1:] == [0, 0, 0, 0]
