"""The bytes of documents: streamed to the data directory, kept under their checksum.

A document is written beside its place and moved there when it is whole and is what its name says,
so that nothing half-written is ever read. If the transaction around it fails, its bytes stay behind
without a row; nothing can reach them, and ``sweep_documents`` removes them a day later.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

from django.conf import settings

from praya.apps.applications.models import Attachment
from praya.apps.applications.rules import AttachmentEmpty, AttachmentTooLarge
from praya.apps.applications.rules.documents import check_document

CHUNK_BYTES = 64 * 1024
ORPHANED_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Stored:
    """A document on disk; ``stored_as`` is its path below the folder that was named."""

    sha256: str
    size: int
    content_type: str
    stored_as: str


def stored(content: IO[bytes], *, file_name: str, limit: int, below: str = "attachments") -> Stored:
    """Keep a document of at most ``limit`` bytes that is what its name says.

    Raises:
        AttachmentTooLarge, AttachmentEmpty, and the refusals of ``check_document``.

    """
    root = _root(below)
    root.mkdir(mode=0o700, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=root, prefix=".incoming-", delete=False) as out:
        beside = Path(out.name)
        try:
            sha256, size = _copied(content, out, limit=limit)
            content_type = check_document(file_name, out.file)
            out.flush()
            os.fsync(out.fileno())
            place = root / sha256[:2] / sha256
            place.parent.mkdir(mode=0o700, exist_ok=True)
            beside.replace(place)
        finally:
            beside.unlink(missing_ok=True)
    return Stored(sha256, size, content_type, str(place.relative_to(root)))


def sweep_documents(*, now: datetime) -> list[str]:
    """Remove files that no row names and that have lain for a day; their names. Repeatable.

    A document kept again is written anew, so whatever a row is about to name is young. A file is
    moved aside before its age is believed, since it may have been written anew just then.
    """
    root = _root("attachments")
    old = [path for path in root.rglob("*") if path.is_file() and _is_old(path, now)]
    named = set(Attachment.objects.values_list("stored_as", flat=True)) if old else set()
    swept = []
    for path in old:
        name = str(path.relative_to(root))
        if name in named:
            continue
        aside = path.with_name(f".going-{path.name}")
        path.replace(aside)
        if _is_old(aside, now):
            aside.unlink()
            swept.append(name)
        else:
            aside.replace(path)
    return sorted(swept)


def _root(below: str) -> Path:
    return Path(settings.PRAYA_HOME) / below


def _is_old(path: Path, now: datetime) -> bool:
    return path.stat().st_mtime < (now - ORPHANED_AFTER).timestamp()


def _copied(content: IO[bytes], out: IO[bytes], *, limit: int) -> tuple[str, int]:
    """Copy chunk by chunk and stop at the limit; returns checksum and size."""
    digest, size = hashlib.sha256(), 0
    while chunk := content.read(CHUNK_BYTES):
        size += len(chunk)
        if size > limit:
            raise AttachmentTooLarge(limit=limit)
        digest.update(chunk)
        out.write(chunk)
    if size == 0:
        raise AttachmentEmpty(size=0)
    return digest.hexdigest(), size
