"""Letters, outlooks and web hooks at the terminal: ``notices``, ``outbox``, ``hook``."""

from __future__ import annotations

from typing import Annotated

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


@notices.command("show", help=_("Show how the letters of each topic come."))
def show_wishes(context: typer.Context) -> None:
    terminal = terminal_of(context)
    columns = {"topic": _("Topic"), "topic_word": _("About"), "how_word": _("How")}
    terminal.table(terminal.line.get("/me/notices"), columns, none="")


@notices.command("choose", help=_("Choose how the letters of a topic come: now, digest or off."))
def choose(
    context: typer.Context,
    topic: Annotated[str, typer.Argument(metavar="TOPIC", help=_("As praya notices show has it."))],
    how: Annotated[str, typer.Argument(metavar="HOW", help=_("now, digest or off."))],
) -> None:
    terminal = terminal_of(context)
    chosen = terminal.line.send("/me/notices", {"topic": topic, "how": how}, method="PUT")
    terminal.say(chosen, _("Saved. It holds for letters from now on."))


@outbox.command("list", help=_("List the letters of a programme, newest first."))
def letters(context: typer.Context, code: ProgrammeCode, *, limit: Limit = 50) -> None:
    terminal = terminal_of(context)
    page = terminal.line.get(f"/programmes/{code}/letters", limit=limit)
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
    found = terminal.line.get(f"/letters/{letter}")
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
    sent = terminal.line.send(f"/letters/{letter}/send-again")
    terminal.say(sent, _("It goes out within seconds."))


@outbox.command("cancel", help=_("Keep a letter that waits from going out."))
def cancel(context: typer.Context, letter: LetterId) -> None:
    terminal = terminal_of(context)
    kept = terminal.line.send(f"/letters/{letter}/cancel")
    terminal.say(kept, _("It is not sent."))


@awards.command("outlook", help=_("How an award stands, and when it will be used up."))
def outlook(
    context: typer.Context,
    code: Annotated[str, typer.Argument(metavar="AWARD", help=_("As HCP-0007."))],
) -> None:
    terminal = terminal_of(context)
    found = terminal.line.get(f"/awards/{code}/outlook")
    if terminal.as_json:
        terminal.show(found)
        return
    for one in found["outlooks"]:
        terminal.say(one, f"{one['commodity']}: {one['used_sentence']} {one['run_out_sentence']}")
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
    found = terminal.line.get(f"/programmes/{code}/hooks")
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
    made = terminal.line.send(f"/programmes/{code}/hooks", body)
    terminal.say(
        made,
        _("Web hook %(id)s. Its secret, shown this once: %(secret)s")
        % {"id": made["id"], "secret": made["secret"]},
    )


@hook.command("log", help=_("List what was sent to a web hook, newest first."))
def log(context: typer.Context, hook_id: HookId, *, limit: Limit = 50) -> None:
    terminal = terminal_of(context)
    page = terminal.line.get(f"/hooks/{hook_id}/deliveries", limit=limit)
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
    asked = terminal.line.send(f"/hooks/{hook_id}/deliveries", {"entry": entry})
    terminal.say(asked, _("It is sent within seconds."))


@hook.command("pause", help=_("Send nothing more to a web hook for now; nothing is lost."))
def pause(context: typer.Context, hook_id: HookId) -> None:
    terminal = terminal_of(context)
    terminal.say(terminal.line.send(f"/hooks/{hook_id}/pause"), _("Paused."))


@hook.command("resume", help=_("Go on with a web hook where it stopped."))
def resume(context: typer.Context, hook_id: HookId) -> None:
    terminal = terminal_of(context)
    terminal.say(terminal.line.send(f"/hooks/{hook_id}/resume"), _("It is served again."))


@hook.command("remove", help=_("Send nothing to a web hook ever again."))
def remove(context: typer.Context, hook_id: HookId) -> None:
    terminal = terminal_of(context)
    gone = terminal.line.send(f"/hooks/{hook_id}", method="DELETE")
    terminal.say(gone, _("Removed."))
