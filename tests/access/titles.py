"""A title that nobody else has is read on lists by those who may see its case, and by no others.

Lists are the pages and endpoints that are about no single case: queues, money, the home page. The
walk (``walk.Walker``) notes who read what while it asks them.
"""

from __future__ import annotations

# What an address is about whose answer may list many cases.
LISTS_ARE_ABOUT = ("site", "programme")

# Who may see the case behind a title, by the rules in docs/designs/spine.md.
STAFF = {"offi", "audi"}
SEEN_BY = {
    "draft": {"lead", "hous"},
    "submitted": {"lead", "hous"} | STAFF,
    "asked": {"lead", "hous"} | STAFF,
    "foreign": {"othr"} | STAFF,
    # A reviewer reads the title before declaring a conflict: it says what the conflict is about.
    "in-review": {"lead", "hous", "revi", "revn", "revc"} | STAFF,
    # Who is recused reads on the round's list the code of the case, and no more.
    "to-decide": {"lead", "hous", "revi", "comm"} | STAFF,
    "decided": {"lead", "hous", "revi", "comm"} | STAFF,
    "waiting": {"lead", "hous", "comm"} | STAFF,
}
NOBODY: dict[str, set[str]] = {name: set() for name in SEEN_BY}
