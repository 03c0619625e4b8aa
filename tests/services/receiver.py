"""A server that takes web hooks, in a process of its own: it obeys, breaks, dawdles or sends away.

    with Receiver(folder) as receiver:
        receiver.temper("500")

What arrives is kept in a file, one JSON line each: headers and body.
"""

from __future__ import annotations

import http.server
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Self

_HOST = "127.0.0.1"


class Receiver:
    """The server from outside."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with socket.socket() as free:
            free.bind((_HOST, 0))
            self.port = free.getsockname()[1]
        self._process: subprocess.Popen[bytes] | None = None
        self.temper("ok")

    @property
    def url(self) -> str:
        return f"http://{_HOST}:{self.port}/ledger"

    def temper(self, temper: str) -> None:
        (self._folder / "temper").write_text(temper)

    def arrived(self) -> list[dict[str, Any]]:
        log = self._folder / "arrived"
        return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []

    def numbers(self) -> list[int]:
        return [json.loads(one["body"])["data"]["number"] for one in self.arrived()]

    def start(self) -> None:
        command = [sys.executable, __file__, str(self.port), str(self._folder)]
        self._process = subprocess.Popen(command)
        for _ in range(200):
            try:
                socket.create_connection((_HOST, self.port), 1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise AssertionError("the receiver did not start")

    def kill(self) -> None:
        if self._process is not None:
            os.kill(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()


class _Handler(http.server.BaseHTTPRequestHandler):
    folder: Path

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        temper = (self.folder / "temper").read_text()
        if temper == "slow":
            time.sleep(3)
        if temper == "redirect":
            self.send_response(307)
            self.send_header("Location", "/elsewhere")
            self.end_headers()
            return
        if temper == "500":
            self.send_error(500)
            return
        with (self.folder / "arrived").open("a") as log:
            log.write(json.dumps({"headers": dict(self.headers), "body": body}) + "\n")
        if temper == "lost":  # taken, and the answer never comes back
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


if __name__ == "__main__":
    _Handler.folder = Path(sys.argv[2])
    http.server.ThreadingHTTPServer((_HOST, int(sys.argv[1])), _Handler).serve_forever()
