"""Small JSON documents that survive a crash at any moment."""

from __future__ import annotations

import json
import os


def write_whole(path: str, document: object) -> None:
    """Replace the file at ``path`` by the document, flushed: readers see the old or the new one."""
    draft = f"{path}.{os.getpid()}"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with open(descriptor, "w", encoding="ascii") as file:
        json.dump(document, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(draft, path)
    flush_folder(os.path.dirname(path))


def flush_folder(folder: str) -> None:
    """Make what was created in, renamed in or removed from a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
