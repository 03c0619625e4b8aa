"""Names that are safe in any command line or file of a cluster."""

from __future__ import annotations

import re

_ACCOUNT = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_MEMBER = re.compile(r"[a-z0-9_][a-z0-9._-]{0,31}")
_OF_OTHERS = re.compile(r"\w[\w.@+-]{0,99}")  # letters and digits of any script
_NODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def is_account_name(text: str) -> bool:
    """Whether ``text`` may name an account of Praya's: lower-case letters, digits and hyphens.

    >>> [is_account_name(text) for text in ("aw-2026-001", "AW-1", "-a", "a b", "")]
    [True, False, False, False, False]
    """
    return _ACCOUNT.fullmatch(text) is not None


def is_member_name(text: str) -> bool:
    """Whether ``text`` may name a user of a cluster, safe in any command line or file."""
    return _MEMBER.fullmatch(text) is not None


def is_name_of_others(text: str) -> bool:
    """Whether a name that others gave on a cluster is safe to be passed on to it.

    >>> [is_name_of_others(text) for text in ("old_lab", "mei@lab.example", "計算", "a,b", "-a")]
    [True, True, True, False, False]
    """
    return _OF_OTHERS.fullmatch(text) is not None


def is_node_name(text: str) -> bool:
    """Whether ``text`` may name one machine of a cluster; brackets and commas name several.

    >>> [is_node_name(text) for text in ("h800n01", "gpu-1.hall", "gpu[1-4]", "a,b", "-a")]
    [True, True, False, False, False]
    """
    return _NODE.fullmatch(text) is not None
