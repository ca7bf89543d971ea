"""A real IMAP server for tests: Dovecot with a configuration and a mail folder of its own."""

from __future__ import annotations

import getpass
import grp
import imaplib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

PASSWORD = "dovecot-for-tests"
# Dovecot never runs mail processes as root, so mails belong to its own user then.
CONFIGURATION = """\
base_dir = {base}/run
state_dir = {base}/state
log_path = {base}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
mail_location = maildir:{base}/mail/%u
first_valid_uid = 0
mail_uid = {user}
mail_gid = {group}
default_internal_user = {user}
default_login_user = {user}
default_internal_group = {group}
auth_mechanisms = plain login
mailbox_list_index = no
maildir_stat_dirs = no
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={base}/home/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
namespace inbox {{
  inbox = yes
}}
"""


@dataclass(slots=True)
class Dovecot:
    """A running server; any user may sign in with PASSWORD."""

    port: int
    base: Path
    process: subprocess.Popen[bytes]
    host: str = "127.0.0.1"
    password: str = PASSWORD

    def client(self, user: str) -> imaplib.IMAP4:
        """Return a signed-in client."""
        client = imaplib.IMAP4(self.host, self.port, timeout=10)
        client.login(user, self.password)
        return client

    def deliver(self, user: str, raw: bytes, folder: str = "INBOX", flags: str = "") -> None:
        """Put a mail into a user's folder, as a delivery agent would."""
        client = self.client(user)
        with suppress(imaplib.IMAP4.error):
            if folder != "INBOX":
                client.create(folder)
        kind, answer = client.append(folder, flags, "", raw)
        client.logout()
        assert kind == "OK", answer

    def flags(self, user: str, folder: str = "INBOX") -> list[str]:
        """Return the flags of each mail in a folder."""
        client = self.client(user)
        client.select(folder, readonly=True)
        _kind, answer = client.fetch("1:*", "(FLAGS)") if _count(client, folder) else ("OK", [])
        client.logout()
        return [item.decode() for item in answer if isinstance(item, bytes)]

    def count(self, user: str, folder: str = "INBOX") -> int:
        """Return how many mails a folder holds."""
        client = self.client(user)
        found = _count(client, folder)
        client.logout()
        return found

    def renumber(self, user: str) -> None:
        """Make the server forget its numbering, so that UIDVALIDITY changes."""
        time.sleep(1.1)  # the numbering is named after the second it begins in
        folder = self.base / "mail" / user
        for name in ("dovecot-uidlist", "dovecot-uidvalidity"):
            for path in folder.glob(f"{name}*"):
                path.unlink()
        for path in folder.glob("dovecot.index*"):
            path.unlink()

    def stop(self) -> None:
        """End the server."""
        self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(5)
        if self.process.poll() is None:
            self.process.kill()


def _count(client: imaplib.IMAP4, folder: str) -> int:
    kind, answer = client.select(folder, readonly=True)
    return int(answer[0] or 0) if kind == "OK" else 0


def installed() -> bool:
    """Return whether Dovecot is there to be run."""
    return shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin") is not None


@contextmanager
def dovecot(port: int = 0) -> Iterator[Dovecot]:
    """Yield a running server on a free port, with its files in a folder of its own."""
    base = Path(tempfile.mkdtemp(prefix="sunline-dovecot-"))
    port = port or _free_port()
    server = _start(base, port)
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(base, ignore_errors=True)


def restart(server: Dovecot) -> None:
    """Start a stopped server again with the same mails on the same port."""
    server.process = _start(server.base, server.port).process


def _start(base: Path, port: int) -> Dovecot:
    user, group = _owner()
    for name in ("run", "state", "mail", "home"):
        (base / name).mkdir(exist_ok=True)
    if os.geteuid() == 0:
        for path in (base, *(base / name for name in ("state", "mail", "home"))):
            shutil.chown(path, user, group)
    configuration = base / "dovecot.conf"
    configuration.write_text(
        CONFIGURATION.format(base=base, port=port, user=user, group=group, password=PASSWORD),
        encoding="ascii",
    )
    program = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    assert program, "dovecot is not installed (Debian: dovecot-imapd)"
    process = subprocess.Popen(
        [program, "-F", "-c", str(configuration)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    server = Dovecot(port, base, process)
    _await(server)
    return server


def _owner() -> tuple[str, str]:
    """Return the user and group that mail processes run as."""
    if os.geteuid() != 0:
        return getpass.getuser(), grp.getgrgid(os.getgid()).gr_name
    for name in ("vmail", "dovecot", "nobody"):
        with suppress(KeyError):
            entry = pwd.getpwnam(name)
            return name, grp.getgrgid(entry.pw_gid).gr_name
    raise RuntimeError("no unprivileged user for Dovecot")


def _await(server: Dovecot, seconds: float = 15.0) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if server.process.poll() is not None:
            break
        try:
            server.client("probe").logout()
            return
        except (OSError, imaplib.IMAP4.error):
            time.sleep(0.05)
    log = server.base / "dovecot.log"
    tail = log.read_text(encoding="utf-8")[-1500:] if log.exists() else "no log"
    server.stop()
    raise RuntimeError(f"Dovecot does not answer on port {server.port}: {tail}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        found: int = probe.getsockname()[1]
        return found
