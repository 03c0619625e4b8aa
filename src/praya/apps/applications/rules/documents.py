"""Which documents are taken, and what they really are.

The ending says what a document claims to be; its first bytes say what it is. Both must agree.
Office documents are archives: their list of parts is read, and nothing is unpacked.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from pathlib import PurePosixPath
from typing import IO

from praya.apps.applications.rules.refusals import (
    AttachmentHasMacros,
    AttachmentNotAsNamed,
    AttachmentTypeUnknown,
    AttachmentUnpacksTooLarge,
)

FILE_NAME_CHARACTERS_MAX = 120
SUFFIX_CHARACTERS_MAX = 10
DOCUMENTS_MAX = 40
UNPACKED_BYTES_MAX = 200 * 1024 * 1024
PARTS_MAX = 5000
HEAD_BYTES = 4096

_OFFICE = "application/vnd.openxmlformats-officedocument."
CONTENT_TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "docx": f"{_OFFICE}wordprocessingml.document",
    "xlsx": f"{_OFFICE}spreadsheetml.sheet",
    "odt": "application/vnd.oasis.opendocument.text",
    "txt": "text/plain; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
}
_HEADS = {
    "pdf": b"%PDF-",
    "png": b"\x89PNG\r\n\x1a\n",
    "jpg": b"\xff\xd8\xff",
    "jpeg": b"\xff\xd8\xff",
    "docx": b"PK\x03\x04",
    "xlsx": b"PK\x03\x04",
    "odt": b"PK\x03\x04",
}
_PART_NEEDED = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "odt": "content.xml"}
_MARKUP = re.compile(rb"<\s*(!doctype|html|head|body|script|svg|iframe|\?xml)", re.IGNORECASE)
# Signs that turn the reading direction around can make a name lie about its ending.
_BIDI = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def file_name_of(given: str) -> str:
    """A name that is safe to show and to save under: no folders, no control or turning signs."""
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", given))[-1]
    kept = "".join(
        sign for sign in last if unicodedata.category(sign)[0] != "C" and sign not in _BIDI
    )
    name = re.sub(r'[<>:"|?*;]', "_", kept)
    name = re.sub(r"\s+", " ", name).strip(" .") or "document"
    path = PurePosixPath(name)
    if len(name) <= FILE_NAME_CHARACTERS_MAX:
        return name
    suffix = path.suffix[:SUFFIX_CHARACTERS_MAX]
    return path.stem[: FILE_NAME_CHARACTERS_MAX - len(suffix)] + suffix


def check_document(file_name: str, content: IO[bytes]) -> str:
    """The content type of a document that is what its name says; ``content`` can be sought in.

    In this order:

    Raises:
        AttachmentTypeUnknown: the ending is none that is taken.
        AttachmentNotAsNamed: the content is something else.
        AttachmentUnpacksTooLarge: an archive that would unpack to too much.
        AttachmentHasMacros: an office document with a program in it.

    """
    ending = PurePosixPath(file_name).suffix.lower().lstrip(".")
    if ending not in CONTENT_TYPES:
        raise AttachmentTypeUnknown(file_name=file_name, allowed=sorted(CONTENT_TYPES))
    content.seek(0)
    head = content.read(HEAD_BYTES)
    if ending in _HEADS:
        if not head.startswith(_HEADS[ending]):
            raise AttachmentNotAsNamed(file_name=file_name)
    elif not _is_text(content, head):
        raise AttachmentNotAsNamed(file_name=file_name)
    if ending in _PART_NEEDED:
        _check_archive(file_name, content, part_needed=_PART_NEEDED[ending])
    content.seek(0)
    return CONTENT_TYPES[ending]


def _is_text(content: IO[bytes], head: bytes) -> bool:
    """Whether all of it is UTF-8 without control characters, and not a page in disguise."""
    if _MARKUP.match(head.removeprefix(b"\xef\xbb\xbf").lstrip()):
        return False
    content.seek(0)
    reader = io.TextIOWrapper(content, encoding="utf-8", newline="")
    try:
        while part := reader.read(HEAD_BYTES * 16):
            if any(unicodedata.category(sign) == "Cc" and sign not in "\n\r\t\f" for sign in part):
                return False
    except UnicodeDecodeError:
        return False
    finally:
        reader.detach()
    return True


def _check_archive(file_name: str, content: IO[bytes], *, part_needed: str) -> None:
    content.seek(0)
    try:
        with zipfile.ZipFile(content) as archive:
            parts = archive.infolist()
    # A RuntimeError comes from an archive of a kind that nobody reads.
    except (zipfile.BadZipFile, ValueError, RuntimeError):
        raise AttachmentNotAsNamed(file_name=file_name) from None
    if len(parts) > PARTS_MAX or sum(part.file_size for part in parts) > UNPACKED_BYTES_MAX:
        raise AttachmentUnpacksTooLarge(file_name=file_name, limit=UNPACKED_BYTES_MAX)
    names = {part.filename for part in parts}
    if part_needed not in names:
        raise AttachmentNotAsNamed(file_name=file_name)
    if any(PurePosixPath(name).name.lower() == "vbaproject.bin" for name in names):
        raise AttachmentHasMacros(file_name=file_name)
