"""The import command: progress, error file, and a second run that changes nothing."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from sunline.cli.main import main
from sunline.kernel.models import Job
from sunline.testing import cast
from sunline.tickets.models import Ticket

# The job runs in a thread of its own, which must see what the test has written.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
HEADER = "工单编号,登记时间,受理类型,工单内容,归属单位,归档时间"


@pytest.fixture
def folder(settings, tmp_path):
    settings.FILES_ROOT = tmp_path / "files"
    cast.organisation()
    return tmp_path


def sunline(*words: str):
    """Run a command and return its result."""
    return CliRunner().invoke(main, list(words), env={"SUNLINE_LANGUAGE": "en"})


def test_a_file_is_imported_once_and_what_fails_is_told(folder) -> None:
    file = folder / "old.csv"
    good = [f"A-{n},2026-11-01 09:{n:02d},故障,断网,gz,2026-11-02" for n in range(20)]
    file.write_text("\n".join([HEADER, *good, "A-99,昨天,故障,断网,gz,"]), encoding="utf-8")
    dry = sunline("import", "tickets", str(file), "--dry-run")
    assert "20 would be written" in dry.output
    assert not Ticket.objects.exists()
    result = sunline("import", "tickets", str(file))
    assert result.exit_code == 2, result.output
    assert "20 written, 0 known already, 1 could not be used" in result.output
    assert "22," in (folder / "old.csv.errors.csv").read_text("utf-8-sig")
    assert Ticket.objects.count() == 20
    assert "0 written, 20 known already" in sunline("import", "tickets", str(file)).output
    assert set(Job.objects.values_list("state", flat=True)) == {"done"}


def test_a_column_can_be_named(folder) -> None:
    file = folder / "odd.csv"
    text = HEADER.replace("工单编号", "流水") + "\nA-1,2026-11-01 09:00,故障,断网,gz,2026-11-02"
    file.write_text(text, encoding="gb18030")
    result = sunline("import", "tickets", str(file), "--column", "流水=external_id")
    assert result.exit_code == 0, result.output
    assert Ticket.objects.get().external_id == "A-1"
    assert sunline("import", "tickets", str(file), "--column", "流水").exit_code != 0
