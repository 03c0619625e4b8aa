"""Letters, outlooks and web hooks at the terminal: ``notices``, ``outbox``, ``hook``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Any

import typer

from praya.cli.app import group, terminal_of
from praya.cli.awards import awards
from praya.cli.records import ProgrammeCode
from praya.cli.words import _

notices = group("notices", _("Of what you are told by mail, and how."))
outbox = group("outbox", _("The letters of a programme, for its officers."))
hook = group("hook", _("Web hooks: the book of a programme, sent elsewhere entry by entry."))
LetterId = Annotated[int, typer.Argument(metavar="LETTER", help=_("Its number."))]
HookId = Annotated[int, typer.Argument(metavar="HOOK", help=_("Its number."))]
Limit = Annotated[int, typer.Option(min=1, max=200, help=_("At most so many."))]
_AS_ITS_TOPIC = "topic"


@notices.command("show", help=_("Show how the letters of each topic come."))
def show_wishes(
    context: typer.Context,
    topic: Annotated[
        str, typer.Argument(metavar="TOPIC", help=_("Only this one, with each of its kinds."))
    ] = "",
) -> None:
    terminal = terminal_of(context)
    found = terminal.line.get("me", "notices")
    wishes = [wish for wish in found if topic in {"", wish["topic"]}]
    if terminal.as_json:
        terminal.show(wishes)
        return
    columns = {"topic": _("Topic"), "kind": _("Kind"), "word": _("About"), "how_word": _("How")}
    lines = list(_lines(wishes, all_kinds=bool(topic)))
    terminal.table(lines, columns, none=_("There is no such topic."))


def _lines(wishes: Sequence[dict[str, Any]], *, all_kinds: bool) -> Iterator[dict[str, Any]]:
    """A line for each topic and, below it, for its kinds: all, or those chosen by themselves."""
    for wish in wishes:
        yield {**wish, "word": wish["topic_word"]}
        for kind in wish["kinds"]:
            if all_kinds or kind["how"]:
                yield {**kind, "topic": wish["topic"], "word": kind["kind_word"]}


@notices.command(
    "choose", help=_("Choose how the letters of a topic, or of one kind of them, come.")
)
def choose(
    context: typer.Context,
    topic: Annotated[str, typer.Argument(metavar="TOPIC", help=_("As praya notices show has it."))],
    how: Annotated[
        str,
        typer.Argument(metavar="HOW", help=_("now, digest or off; with --kind also topic.")),
    ],
    *,
    kind: Annotated[
        str, typer.Option(help=_("Only letters of this kind, as praya notices show TOPIC has it."))
    ] = "",
) -> None:
    terminal = terminal_of(context)
    wish = {
        "topic": topic,
        "kind": kind or None,
        "how": None if kind and how == _AS_ITS_TOPIC else how,
    }
    chosen = terminal.line.send("me", "notices", body=wish, method="PUT")
    terminal.say(chosen, _("Saved. It holds for letters from now on."))


@outbox.command("list", help=_("List the letters of a programme, newest first."))
def letters(context: typer.Context, code: ProgrammeCode, *, limit: Limit = 50) -> None:
    terminal = terminal_of(context)
    page = terminal.line.get("programmes", code, "letters", limit=limit)
    columns = {
        "id": _("Letter"),
        "kind": _("Kind"),
        "to": _("To"),
        "about": _("About"),
        "state_word": _("State"),
        "error": _("Last error"),
    }
    terminal.table(page["items"], columns, none=_("No letter has been written yet."))


@outbox.command("show", help=_("Show a letter as it was sent, or would be."))
def show_letter(context: typer.Context, letter: LetterId) -> None:
    terminal = terminal_of(context)
    found = terminal.line.get("letters", letter)
    terminal.pairs(
        found,
        [
            (_("To"), found["to"]),
            (_("State"), found["state_word"]),
            (_("Subject"), found["subject"]),
            (_("Text"), "\n" + found["text"]),
        ],
    )


@outbox.command("send", help=_("Send a letter again that was given up, or perhaps sent."))
def send_again(context: typer.Context, letter: LetterId) -> None:
    terminal = terminal_of(context)
    sent = terminal.line.send("letters", letter, "send-again")
    terminal.say(sent, _("It goes out within seconds."))


@outbox.command("cancel", help=_("Keep a letter that waits from going out."))
def cancel(context: typer.Context, letter: LetterId) -> None:
    terminal = terminal_of(context)
    kept = terminal.line.send("letters", letter, "cancel")
    terminal.say(kept, _("It is not sent."))


@awards.command("outlook", help=_("How an award stands, and when it will be used up."))
def outlook(
    context: typer.Context,
    code: Annotated[str, typer.Argument(metavar="AWARD", help=_("As HCP-0007."))],
) -> None:
    terminal = terminal_of(context)
    found = terminal.line.get("awards", code, "outlook")
    if terminal.as_json:
        terminal.show(found)
        return
    for one in found["outlooks"]:
        said = (one["used_sentence"], one["run_out_sentence"], one["kept_sentence"])
        terminal.say(one, f"{one['commodity']}: {' '.join(each for each in said if each)}")
    for one in found["leases"]:
        terminal.say(one, one["sentence"])


@hook.command("list", help=_("List where the book of a programme is sent."))
def hooks(context: typer.Context, code: ProgrammeCode) -> None:
    terminal = terminal_of(context)
    columns = {
        "id": _("Hook"),
        "url": _("Address"),
        "state": _("State"),
        "position": _("Sent up to entry"),
        "failures": _("Failures in a row"),
    }
    found = terminal.line.get("programmes", code, "hooks")
    terminal.table(found, columns, none=_("The book is sent nowhere."))


@hook.command("add", help=_("Send every entry of a book to an address; prints the secret once."))
def add_hook(
    context: typer.Context,
    code: ProgrammeCode,
    url: Annotated[str, typer.Argument(metavar="URL", help=_("As https://ledger.example/praya."))],
    *,
    from_start: Annotated[
        bool, typer.Option("--from-start", help=_("Send what is there already, too."))
    ] = False,
) -> None:
    terminal = terminal_of(context)
    body = {"url": url, "from_start": from_start}
    made = terminal.line.send("programmes", code, "hooks", body=body)
    terminal.say(
        made,
        _("Web hook %(id)s. Its secret, shown this once: %(secret)s")
        % {"id": made["id"], "secret": made["secret"]},
    )


@hook.command("log", help=_("List what was sent to a web hook, newest first."))
def log(context: typer.Context, hook_id: HookId, *, limit: Limit = 50) -> None:
    terminal = terminal_of(context)
    page = terminal.line.get("hooks", hook_id, "deliveries", limit=limit)
    columns = {
        "entry": _("Entry"),
        "tried_at": _("Sent"),
        "result": _("What came"),
        "took_ms": _("Milliseconds"),
    }
    terminal.table(page["items"], columns, none=_("Nothing has been sent yet."))


@hook.command("again", help=_("Send one entry to a web hook once more."))
def deliver_again(
    context: typer.Context,
    hook_id: HookId,
    entry: Annotated[int, typer.Argument(min=1, help=_("The number of the entry."))],
) -> None:
    terminal = terminal_of(context)
    asked = terminal.line.send("hooks", hook_id, "deliveries", body={"entry": entry})
    terminal.say(asked, _("It is sent within seconds."))


@hook.command("pause", help=_("Send nothing more to a web hook for now; nothing is lost."))
def pause(context: typer.Context, hook_id: HookId) -> None:
    terminal = terminal_of(context)
    terminal.say(terminal.line.send("hooks", hook_id, "pause"), _("Paused."))


@hook.command("resume", help=_("Go on with a web hook where it stopped."))
def resume(context: typer.Context, hook_id: HookId) -> None:
    terminal = terminal_of(context)
    terminal.say(terminal.line.send("hooks", hook_id, "resume"), _("It is served again."))


@hook.command("remove", help=_("Send nothing to a web hook ever again."))
def remove(context: typer.Context, hook_id: HookId) -> None:
    terminal = terminal_of(context)
    gone = terminal.line.send("hooks", hook_id, method="DELETE")
    terminal.say(gone, _("Removed."))
