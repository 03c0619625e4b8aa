"""What a PDF shows, as far as a test needs it."""

from __future__ import annotations

from io import BytesIO

from pypdf import PageObject, PdfReader


def characters_in(paper: bytes) -> set[str]:
    """Every character that can be read in the document."""
    return set("".join(page.extract_text() for page in pages_of(paper)))


def pages_of(paper: bytes) -> list[PageObject]:
    """The pages of the document."""
    return list(PdfReader(BytesIO(paper)).pages)
