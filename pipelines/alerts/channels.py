"""Channels: handing an alert to a file and to a webhook.

Belongs here: the effects, each bounded in time, none of which ever raises. Does not: when there is an alert
(``assets.automation.alert_sensors``), what it says (``pipelines.alerts``).
"""

import logging
import os
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from http import HTTPStatus
from http.client import HTTPException
from pathlib import Path
from urllib.parse import urlsplit

from pipelines.alerts.alert import Alert
from pipelines.settings import Settings

_log = logging.getLogger(__name__)
# A server that answers so may answer otherwise next time; any other refusal is its last word.
_PASSING = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS)
_FIRST_PAUSE_S = 0.25

Channel = Callable[[Alert], bool]


def channels(settings: Settings) -> dict[str, Channel]:
    """Return where alerts go; each returns whether the alert arrived."""
    found: dict[str, Channel] = {}
    path, url = settings.alert_file, settings.alert_webhook
    if path is not None:
        found["file"] = lambda alert: append(alert, path)
    if url is not None:
        address = str(url)
        found["webhook"] = lambda alert: post(alert, address, settings.alert_seconds, settings.alert_attempts)
    return found


def append(alert: Alert, path: Path) -> bool:
    """Append the alert as one line and wait for the disk."""
    line = f"{alert.as_json()}\n".encode()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o640)
        try:
            # One write, so that lines of two processes do not mix.
            if os.write(descriptor, line) != len(line):
                message = "the disk took only a part of the line"
                raise OSError(message)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        _log.exception("The alert %r could not be written to %s: %s", alert.title, path, error.strerror or error)
        return False
    return True


def post(alert: Alert, url: str, seconds: float, attempts: int) -> bool:
    """Post the alert as JSON, at most so often and for so many seconds in all."""
    deadline = time.monotonic() + seconds
    pause, problem = _FIRST_PAUSE_S, "no time"
    for attempt in range(1, attempts + 1):
        left = deadline - time.monotonic()
        if left <= 0:
            break
        problem, is_final = _posted(alert, url, min(left, seconds / attempts))
        if not problem:
            return True
        if is_final or attempt == attempts:
            break
        time.sleep(max(0, min(pause, deadline - time.monotonic())))
        pause *= 2
    # The path and query of a webhook are its password.
    _log.error("The alert %r could not be posted to %s: %s", alert.title, urlsplit(url).hostname, problem)
    return False


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirected POST would arrive as a GET, without the alert."""

    def redirect_request(self, *_: object) -> None:
        return None


def _posted(alert: Alert, url: str, seconds: float) -> tuple[str, bool]:
    """Return what went wrong (nothing: it arrived) and whether trying again is in vain."""
    answer: list[tuple[str, bool]] = []
    # A server that sends a byte now and then never runs into a socket's time limit: the wait is bounded, not the talk.
    talk = threading.Thread(target=lambda: answer.append(_talk(alert, url, seconds)), name="alert", daemon=True)
    talk.start()
    talk.join(seconds)
    return answer[0] if answer else (f"no answer in {seconds:.1f} s", False)


def _talk(alert: Alert, url: str, seconds: float) -> tuple[str, bool]:
    headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "nedra"}
    request = urllib.request.Request(url, alert.as_json().encode(), headers)  # noqa: S310 - Settings take http(s) only
    try:
        with urllib.request.build_opener(_NoRedirect).open(request, timeout=seconds):
            return "", True
    except urllib.error.HTTPError as error:
        with error:
            is_passing = error.code >= HTTPStatus.INTERNAL_SERVER_ERROR or error.code in _PASSING
            return f"the server answered {error.code}", not is_passing
    except (OSError, ValueError, HTTPException) as error:
        return f"{type(error).__name__}: {error}", False
