"""Receiving: a webhook's server on loopback that answers as it is told.

Belongs here: the server and what it received. Does not: expectations.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SLOW = 0
"""Given instead of a status: a byte every now and then, never a whole answer."""
GIBBERISH = 1
"""Given instead of a status: something that is no HTTP."""


@dataclass
class Receiver:
    """What a server received; ``answers`` are its next statuses, then it takes everything."""

    url: str = ""
    answers: list[int] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)


@contextmanager
def a_receiver(*answers: int) -> Iterator[Receiver]:
    """Serve until the block ends."""
    received = Receiver(answers=list(answers))
    closing = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.bodies.append(json.loads(body))
            received.headers.append(dict(self.headers))
            status = received.answers.pop(0) if received.answers else 200
            if status == SLOW:
                self._drip()
                return
            if status == GIBBERISH:
                self.wfile.write(b"no http\r\n")
                return
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.send_header("Location", "/elsewhere")
            self.end_headers()

        def _drip(self) -> None:
            while not closing.is_set():
                try:
                    self.wfile.write(b"H")
                except OSError:
                    return
                time.sleep(0.02)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    received.url = f"http://127.0.0.1:{server.server_port}/hook/secret"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield received
    finally:
        closing.set()
        server.shutdown()
        server.server_close()
        thread.join()
