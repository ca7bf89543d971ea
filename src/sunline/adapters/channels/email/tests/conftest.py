"""Real mail servers and a mailbox that uses them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sunline.interactions import services
from sunline.interactions.types import MailboxSettings
from sunline.kernel import clock
from sunline.staff.types import system_viewer
from sunline.testing import cast
from sunline.testing.dovecot import Dovecot, dovecot, installed
from sunline.testing.smtp import MailServer, smtp_server


@pytest.fixture(scope="session")
def imap() -> Iterator[Dovecot]:
    """Return a running Dovecot."""
    if not installed():
        pytest.skip("Dovecot is not installed (Debian: dovecot-imapd)")
    with dovecot() as server:
        yield server


@pytest.fixture
def smtp() -> Iterator[MailServer]:
    """Return a running SMTP server."""
    with smtp_server() as server:
        yield server


@pytest.fixture
def user(request: pytest.FixtureRequest) -> str:
    """Return a mail user of the test's own."""
    return "".join(part for part in request.node.name if part.isalnum())[:60]


@pytest.fixture
def box(imap, smtp, user, org, settings, tmp_path) -> MailboxSettings:
    """Return a mailbox on both servers, set up."""
    settings.FILES_ROOT = tmp_path / "files"
    wanted = MailboxSettings(
        code="gz",
        unit_id=cast.organisation()["gz"].id,
        address="gz@sunline.example",
        sender_name="阳光热线",
        imap_host=imap.host,
        imap_port=imap.port,
        imap_security="none",
        imap_user=user,
        imap_password=imap.password,
        smtp_host=smtp.host,
        smtp_port=smtp.port,
        smtp_security="none",
        most_per_hour=1000,
    )
    services.configure_mailbox(wanted, viewer=system_viewer(), now=clock.now())
    return wanted
