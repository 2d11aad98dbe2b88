"""A stand-in for the service on a real socket: it takes batches, and answers as it is told."""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

#: Seconds that anything is waited for; on an idle machine it takes a hundredth.
PATIENCE = 60.0


def until(holds: Callable[[], bool]) -> None:
    """Waits for a condition. Raises AssertionError when it does not come to hold in time."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "Waited in vain."
        time.sleep(0.01)


Events = list[dict[str, Any]]
#: Answers a request with its handler and events.
Answer = Callable[["Handler", Events], None]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        events = json.loads(body)["events"]
        with self.server.lock:
            self.server.requests.append((self.path, dict(self.headers.items()), events))
            answers = self.server.answers
            answer = answers.pop(0) if len(answers) > 1 else answers[0]
        answer(self, events)

    def reply(self, status: int, body: object, headers: dict[str, str] | None = None) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"content-type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    # A port that was just closed is taken again.
    allow_reuse_address = True

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.lock = threading.Lock()
        self.answers: list[Answer] = [accept]
        self.requests: list[tuple[str, dict[str, str], Events]] = []
        self.accepted: list[str] = []

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is part of these tests."""


def accept(handler: Handler, events: Events) -> None:
    """202, each accepted once and then a duplicate."""
    server = handler.server
    items = []
    with server.lock:
        for event in events:
            items.append({"id": event["id"], "status": "duplicate" if event["id"] in server.accepted else "accepted"})
        server.accepted += [item["id"] for item in items if item["status"] == "accepted"]
    handler.reply(202, {"items": items})


def refuse(status: int, code: str = "refused", headers: dict[str, str] | None = None) -> Answer:
    def answer(handler: Handler, events: Events) -> None:
        handler.reply(status, {"status": status, "code": code, "detail": f"This is {code}."}, headers)

    return answer


def reset(handler: Handler, events: Events) -> None:
    """Ends the connection by a reset, without an answer."""
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()
    handler.close_connection = True


def accept_and_reset(handler: Handler, events: Events) -> None:
    """Takes the events, and its answer is lost."""
    with handler.server.lock:
        handler.server.accepted += [event["id"] for event in events]
    reset(handler, events)


class Service:
    """May be stopped, and started again on the same port."""

    def __init__(self) -> None:
        self.server = Server(0)
        self.port: int = self.server.server_address[1]
        self._serve()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def accepted(self) -> list[str]:
        return self.server.accepted

    @property
    def requests(self) -> list[tuple[str, dict[str, str], Events]]:
        return self.server.requests

    def answer(self, *answers: Answer) -> None:
        """From now on: they are used up one by one, and the last one stays."""
        with self.server.lock:
            self.server.answers = list(answers)

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def start_again(self) -> None:
        before = self.server
        self.server = Server(self.port)
        self.server.accepted = before.accepted
        self.server.requests = before.requests
        self._serve()

    def _serve(self) -> None:
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
