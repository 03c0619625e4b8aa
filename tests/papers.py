"""What a PDF shows, as far as a test needs it."""

from __future__ import annotations

from io import BytesIO

from pypdf import PdfReader


def characters_in(paper: bytes) -> set[str]:
    """Every character that can be read in the document."""
    return set("".join(page.extract_text() for page in PdfReader(BytesIO(paper)).pages))
