"""What a job prints, on its way from a pipe to a file of bounded size."""

from __future__ import annotations

import os
import sys

_PIECE = 1 << 16
_PIECES_IN_ONE_GO = 64


class Log:
    """What the job prints, kept up to a size."""

    def __init__(self, path: str, *, size_max: int) -> None:
        """Open the log and the pipe the job will write to."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
        self.file = os.open(path, flags, 0o600)
        self.left = size_max
        self.size_max = size_max
        self.reading, self.writing = os.pipe2(os.O_CLOEXEC)
        os.set_blocking(self.reading, False)
        self.is_open = True
        self.is_full = False

    def pump(self) -> None:
        """Keep what has come; beyond the size say so once and drop the rest."""
        for _ in range(_PIECES_IN_ONE_GO):
            try:
                piece = os.read(self.reading, _PIECE)
            except BlockingIOError:
                return
            if not piece:
                self.is_open = False
                return
            if not self.is_full:
                self._keep(piece)

    def say(self, words: str) -> None:
        """Add a line of the shepherd's own, which the size does not bound."""
        self._write(f"\n[praya] {words}\n".encode())

    def _keep(self, piece: bytes) -> None:
        self._write(piece[: self.left])
        # Full only when something is dropped: a job that prints just as much loses nothing.
        self.is_full = len(piece) > self.left
        self.left -= len(piece)
        if self.is_full:
            self.say(f"output beyond {self.size_max} bytes is not kept")

    def _write(self, piece: bytes) -> None:
        # A full disk must not end the job or stop its clock: the piece is lost, the job goes on.
        try:
            while piece:
                piece = piece[os.write(self.file, piece) :]
        except OSError as error:
            print("output lost:", error, file=sys.stderr)
