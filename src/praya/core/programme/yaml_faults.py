"""What the reader of YAML says is wrong with a text, as a code.

PyYAML has two readers, libyaml and its own, which say the same in different English. What neither
of them says of a text that people write by hand is ``OTHER``.
"""

from __future__ import annotations

from enum import StrEnum


class YamlFault(StrEnum):
    """Why a text cannot be read as YAML from some place on."""

    QUOTE = "quote"  # opened and not closed
    COLON = "colon"  # a line of a mapping without one
    SECOND_COLON = "second_colon"  # a value that is a field itself, or an indentation too far
    ITEM = "item"  # a "- " where no list is, or a line among items without one
    INDENTATION = "indentation"  # a line that stands neither with its neighbours nor below them
    LIST_END = "list_end"  # of [a, b]
    FIELDS_END = "fields_end"  # of {a: b}
    ESCAPE = "escape"  # a backslash between double quotes
    FIRST_CHARACTER = "first_character"  # one that no value begins with
    TAB = "tab"  # elsewhere than before the line's first word
    BLOCK_TEXT = "block_text"  # something after "|" or ">"
    NAME = "name"  # "&" or "*" with no name
    VALUE = "value"  # something that is no value
    DIRECTIVE = "directive"  # "%" at the beginning of a line, or a text before "---"
    OTHER = "other"


# The first whose words are in what the reader says.
_SAID = (
    (
        YamlFault.QUOTE,
        ("unexpected end of stream", "document indicator", "document separator"),
    ),
    (YamlFault.COLON, ("could not find expected ':'",)),
    (YamlFault.SECOND_COLON, ("mapping values are not allowed",)),
    (YamlFault.ITEM, ("sequence entries are not allowed", "expected '-' indicator")),
    (YamlFault.INDENTATION, ("did not find expected key", "expected <block end>")),
    (YamlFault.LIST_END, ("',' or ']'",)),
    (YamlFault.FIELDS_END, ("',' or '}'",)),
    (
        YamlFault.ESCAPE,
        ("escape character", "escape code", "escape sequence", "hexdecimal number"),
    ),
    (YamlFault.FIRST_CHARACTER, ("cannot start any token",)),
    (YamlFault.TAB, ("tab character",)),
    (
        YamlFault.BLOCK_TEXT,
        ("indentation indicator", "chomping", "comment or line break", "comment or a line break"),
    ),
    (YamlFault.NAME, ("alphabetic or numeric",)),
    (YamlFault.VALUE, ("node content",)),
    (YamlFault.DIRECTIVE, ("<document start>", "directive")),
)


def fault_of(said: str) -> YamlFault:
    """The code for what a reader says."""
    for fault, words in _SAID:
        if any(one in said for one in words):
            return fault
    return YamlFault.OTHER
