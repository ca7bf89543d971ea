"""One port for everything: live streams natively, all other addresses through WSGI threads.

For the demo and small installations; larger ones run `config.wsgi` under granian and
`web.live` in a process of its own.
"""

from __future__ import annotations

from typing import Any, cast

from a2wsgi import WSGIMiddleware

from sunline.config.wsgi import application as wsgi

# Imported after the WSGI application, which sets Django up.
from sunline.web.live import application as live

THREADS = 16
_pages: Any = WSGIMiddleware(cast(Any, wsgi), workers=THREADS)


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Hand the live stream and the process's own start and stop to one app, the rest to WSGI."""
    if scope["type"] == "lifespan" or scope.get("path") == "/live":
        await live(scope, receive, send)
    else:
        await _pages(scope, receive, send)
