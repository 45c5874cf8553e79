"""Login: nginx with the shipped configuration between a browser and stand-ins for the web servers and oauth2-proxy.

Belongs here: who is let through to which server, and as whom. Does not: the web servers (``test_production``).
"""

from __future__ import annotations

import http.server
import json
import ssl
import subprocess
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest

from tests.live.conftest import the_tool
from tests.live.processes import LOOPBACK, Installation, an_installation, free_port, listens
from tests.shipped import DEPLOY

OPERATORS, AUDITORS = "nedra.example.kz", "audit.nedra.example.kz"
GROUPS = {"clerk": "nedra-operators", "inspector": "nedra-auditors", "stranger": "others"}
JSON = {"Content-Type": "application/json"}
MAIN = """
daemon off;
{user}
pid {folder}/nginx.pid;
error_log stderr;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/nedra.conf;
}}
"""


class WebServer(http.server.BaseHTTPRequestHandler):
    """Answers every request with what reached it."""

    def do_GET(self) -> None:
        """Tell the port and the headers."""
        told = json.dumps(
            {"server": cast("http.server.HTTPServer", self.server).server_port, "headers": dict(self.headers)}
        ).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    def do_POST(self) -> None:
        """Answer the same."""
        WebServer.do_GET(self)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the library's
        """Say nothing."""


class Login(WebServer):
    """Knows who has logged in by the cookie, as oauth2-proxy does, and who is in which group."""

    def do_GET(self) -> None:
        """Report who asks and whether they may."""
        asked = urllib.parse.urlsplit(self.path)
        if asked.path != "/oauth2/auth":
            return super().do_GET()
        user = (self.headers["Cookie"] or "").removeprefix("session=")
        allowed = urllib.parse.parse_qs(asked.query)["allowed_groups"][0].split(",")
        self.send_response(401 if user not in GROUPS else 202 if GROUPS[user] in allowed else 403)
        self.send_header("X-Auth-Request-Email", f"{user}@example.kz")
        self.end_headers()
        return None


@contextmanager
def listening(handler: type[WebServer]) -> Iterator[int]:
    """Let a handler answer on a free port."""
    server = http.server.ThreadingHTTPServer((LOOPBACK, 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.1,))
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class Proxy:
    """nginx, and the ports of what is behind it."""

    port: int
    operators: int
    auditors: int

    def ask(
        self, host: str, path: str = "/", user: str | None = None, body: bytes | None = None, **headers: str
    ) -> tuple[int, dict[str, Any]]:
        """Return the status and what reached the server behind, or the headers of nginx's own answer."""
        named = {key.replace("_", "-"): value for key, value in headers.items()} | {"Host": host}
        cookie = {} if user is None else {"Cookie": f"session={user}"}
        trusting = ssl.create_default_context()
        trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE  # made for this test a moment ago
        opener = urllib.request.build_opener(urllib.request.HTTPSHandler(context=trusting), Stays())
        request = urllib.request.Request(f"https://{LOOPBACK}:{self.port}{path}", body, named | cookie)
        try:
            with opener.open(request, timeout=20) as response:
                return response.status, json.load(response)
        except urllib.error.HTTPError as refused:
            return refused.code, dict(refused.headers)


class Stays(urllib.request.HTTPRedirectHandler):
    """Does not follow."""

    def redirect_request(self, *_args: Any, **_more: Any) -> None:
        """Follow nowhere."""


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    """Nginx as it is shipped, but for ports and paths."""
    folder = tmp_path_factory.mktemp("login")
    the_tool("nginx", "nginx-light")
    with ExitStack() as opened:
        operators, auditors, login = (opened.enter_context(listening(each)) for each in (WebServer, WebServer, Login))
        tls, plain = free_port(), free_port()
        places = {
            "127.0.0.1:3000": f"127.0.0.1:{operators}",
            "127.0.0.1:3001": f"127.0.0.1:{auditors}",
            "127.0.0.1:4180": f"127.0.0.1:{login}",
            "listen 443 ssl": f"listen 127.0.0.1:{tls} ssl",
            "listen 80": f"listen 127.0.0.1:{plain}",
            "/etc/nedra/tls": str(folder),
            "/etc/nginx": str(folder),
        }
        for path in (DEPLOY / "nginx").iterdir():
            text = path.read_text("utf-8")
            for shipped, here in places.items():
                text = text.replace(shipped, here)
            (folder / path.name).write_text(text, "utf-8")
        certificate(folder)
        # Started by root it works as another user, who may not see the folder of a test.
        user = "user root;" if folder.owner() == "root" else ""
        (folder / "main.conf").write_text(MAIN.format(folder=folder, user=user), "utf-8")
        installation = opened.enter_context(an_installation(folder))
        start(installation, folder, tls)
        yield Proxy(tls, operators, auditors)


def certificate(folder: Path) -> None:
    """Write a certificate that nobody trusts."""
    command: list[str | Path] = [
        the_tool("openssl", "openssl"),
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "1",
    ]
    files: list[str | Path] = [
        "-keyout",
        folder / "privkey.pem",
        "-out",
        folder / "fullchain.pem",
        "-subj",
        f"/CN={OPERATORS}",
    ]
    subprocess.run([*command, *files], check=True, capture_output=True)


def start(installation: Installation, folder: Path, port: int) -> None:
    """Let nginx check its configuration, then start it."""
    config = ["-p", str(folder), "-c", str(folder / "main.conf")]
    checked = subprocess.run(["nginx", "-t", *config], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    assert "[warn]" not in checked.stderr
    installation.start("nginx", "nginx", *config)
    installation.wait_for(lambda: listens(port), 20, "nginx to listen")


def test_whoever_has_not_logged_in_is_sent_to_the_login_and_sees_nothing(proxy):
    for host in (OPERATORS, AUDITORS):
        status, headers = proxy.ask(host, "/runs?view=all")
        assert (status, headers["Location"].split("example.kz")[-1].split("/", 1)[-1]) == (
            302,
            "oauth2/start?rd=/runs?view=all",
        )
    assert proxy.ask(OPERATORS, "/graphql", body=b"{}", **JSON)[0] == 302


def test_an_operator_gets_to_both_servers_and_an_auditor_only_to_his(proxy):
    status, told = proxy.ask(OPERATORS, user="clerk")
    assert (status, told["server"]) == (200, proxy.operators)
    for user in ("clerk", "inspector"):
        status, told = proxy.ask(AUDITORS, user=user)
        assert (status, told["server"]) == (200, proxy.auditors)
    assert proxy.ask(OPERATORS, user="inspector")[0] == 403
    assert proxy.ask(AUDITORS, user="stranger")[0] == 403


def test_the_server_is_told_who_asks_and_nobody_can_say_he_is_another(proxy):
    _, told = proxy.ask(OPERATORS, user="clerk", X_Forwarded_User="minister@example.kz")
    assert told["headers"]["X-Forwarded-User"] == "clerk@example.kz"


def test_a_mutation_from_a_link_or_a_form_of_another_site_is_refused(proxy):
    mutation = "/graphql?query=mutation{x}"
    assert proxy.ask(OPERATORS, mutation, user="clerk")[0] == 405
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert proxy.ask(OPERATORS, mutation, user="clerk", body=b"a=b", **form)[0] == 405
    assert proxy.ask(OPERATORS, mutation, user="clerk", body=b"", **{"Content-Type": "text/plain"})[0] == 405
    assert proxy.ask(OPERATORS, "/graphql", user="clerk", body=b"{}", **JSON)[0] == 200


def test_a_websocket_is_let_through_as_one(proxy):
    status, told = proxy.ask(OPERATORS, "/graphql", user="clerk", Connection="Upgrade", Upgrade="websocket")
    assert (status, told["headers"]["Upgrade"], told["headers"]["Connection"]) == (200, "websocket", "upgrade")


def test_nobody_reports_that_something_was_materialised(proxy):
    assert proxy.ask(OPERATORS, "/report_asset_materialization/filings", user="clerk", body=b"{}", **JSON)[0] == 403


def test_the_login_itself_is_reached_without_one(proxy):
    assert proxy.ask(AUDITORS, "/oauth2/sign_in")[0] == 200
    assert proxy.ask(AUDITORS, "/login/check", user="clerk")[0] == 404
