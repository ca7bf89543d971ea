"""Parts of the product as processes of their own, on the tests' database, to be killed."""

from __future__ import annotations

import os
import subprocess
import sys

from django.conf import settings
from django.db import connection

START = "import django; django.setup()\n"
READ = (
    "import threading\n"
    "from sunline.adapters.channels.email import poller\n"
    "poller.read_mailbox('gz', threading.Event(), once=True)\n"
)
SEND = (
    "from sunline.interactions import tasks\n"
    "from sunline.kernel import clock\n"
    "tasks.send_due(clock.now())\n"
)
POLL = (
    "from sunline.adapters.channels.email import poller\n"
    "from sunline.kernel import worker\n"
    "with worker.stopping() as stop:\n"
    "    poller.run(stop)\n"
)


def read_once(crash_at: str = "") -> int:
    """Read the mailbox once in a process and return its exit code."""
    return _start(READ, crash_at).wait(60)


def send_due(crash_at: str = "") -> int:
    """Send what is due in a process and return its exit code."""
    return _start(SEND, crash_at).wait(60)


def start_reader() -> subprocess.Popen[bytes]:
    """Start the mailbox process."""
    return _start(POLL, "")


def _start(code: str, crash_at: str) -> subprocess.Popen[bytes]:
    held = connection.settings_dict
    where = f"{held['HOST'] or '127.0.0.1'}:{held['PORT'] or 5432}"
    secret = f":{held['PASSWORD']}" if held["PASSWORD"] else ""
    key = next(iter(settings.FIELD_KEYS))
    environment = {
        **os.environ,
        "DATABASE_URL": f"postgresql://{held['USER']}{secret}@{where}/{held['NAME']}",
        "DJANGO_SETTINGS_MODULE": "sunline.config.settings",
        "SUNLINE_VAR": str(settings.FILES_ROOT.parent),
        "SUNLINE_SECRET_KEY": settings.SECRET_KEY,
        "SUNLINE_FIELD_KEYS": f"{key}:{_encoded(settings.FIELD_KEYS[key])}",
        "SUNLINE_CRASH_AT": crash_at,
    }
    return subprocess.Popen([sys.executable, "-c", START + code], env=environment)


def _encoded(key: bytes) -> str:
    from base64 import b64encode

    return b64encode(key).decode()
