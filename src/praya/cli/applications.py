"""Applications and reviews: ``application``, ``review``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from praya.cli.app import Terminal, group, terminal_of
from praya.cli.reading import content_of, fields_of
from praya.cli.trouble import Trouble
from praya.cli.words import _, money

applications = group("application", _("Applications: check, begin, write, submit, screen."))

CaseCode = Annotated[str, typer.Argument(metavar="APPLICATION", help=_("As HCP-A0012."))]
Answer = Annotated[
    list[str] | None,
    typer.Option(
        "--answer", metavar="RULE=yes|no", help=_("An answer to a question of the check.")
    ),
]
Reason = Annotated[str, typer.Option(help=_("Why; it is read by the other side."))]
_STEPS = ("organisation", "project", "compute", "results", "documents", "declaration")


@applications.command("check", help=_("Check who may apply; nothing is kept."))
def check(  # noqa: PLR0913 -- what the rules ask of an organisation
    context: typer.Context,
    programme: Annotated[str, typer.Argument(help=_("The code of the programme."))],
    *,
    kind: Annotated[str, typer.Option(help=_("Kind of organisation, as university."))],
    place: Annotated[str, typer.Option(help=_("Where it is registered, as HK."))] = "HK",
    registered: Annotated[
        bool, typer.Option("--registry-number", help=_("It has a registry number."))
    ] = False,
    answer: Answer = None,
) -> None:
    terminal = terminal_of(context)
    body = {
        "kind": kind,
        "place": place,
        "has_registry_number": registered,
        "answers": _answers(answer),
    }
    found = terminal.line.send("programmes", programme, "eligibility", body=body)
    columns = {
        "rule": _("Rule"),
        "verdict_word": _("Verdict"),
        "facts": _("Because"),
        "what_would_change": _("What would change it"),
    }
    if terminal.as_json:
        terminal.show(found)
    else:
        terminal.table(found["rules"], columns, none=_("The programme has no such rules."))
        typer.echo(found["sentence"])
    if found["verdict"] == "no":
        raise typer.Exit(Trouble.REFUSED)


def _answers(given: list[str] | None) -> dict[str, bool]:
    answers = {}
    for one in given or []:
        rule, _equals, said = one.partition("=")
        if said not in {"yes", "no"}:
            raise typer.BadParameter(_("Write --answer RULE=yes or RULE=no."))
        answers[rule] = said == "yes"
    return answers


@applications.command(
    "begin", help=_("Begin an application; “praya organisation list” has numbers.")
)
def begin(
    context: typer.Context,
    programme: Annotated[str, typer.Argument(help=_("The code of the programme."))],
    call: Annotated[str, typer.Argument(help=_("The code of the call."))],
    *,
    organisation: Annotated[int, typer.Option(min=1, help=_("The number of the organisation."))],
    answer: Answer = None,
) -> None:
    terminal = terminal_of(context)
    body = {
        "programme": programme,
        "call": call,
        "organisation_id": organisation,
        "answers": _answers(answer),
    }
    made = terminal.line.send("applications", body=body)
    terminal.say(made, made["code"])


@applications.command("list", help=_("List the applications you may see, newest first."))
def list_applications(
    context: typer.Context,
    *,
    state: Annotated[str | None, typer.Option(help=_("Only in this state, as draft."))] = None,
    programme: Annotated[str | None, typer.Option(help=_("Only of this programme."))] = None,
) -> None:
    terminal = terminal_of(context)
    rows = list(terminal.line.every("applications", state=state, programme=programme))
    terminal.table(rows, _columns(), none=_("There are no applications that you may see."))


@applications.command("desk", help=_("List what the desk of a programme has in hand."))
def desk(
    context: typer.Context,
    programme: Annotated[str, typer.Argument(help=_("The code of the programme."))],
) -> None:
    terminal = terminal_of(context)
    rows = list(terminal.line.every("programmes", programme, "desk"))
    terminal.table(rows, _columns(), none=_("Nothing is on the desk."))


def _columns() -> dict[str, str]:
    return {
        "code": _("Application"),
        "organisation": _("Organisation"),
        "title": _("Title"),
        "state_word": _("State"),
        "turn_since": _("Since"),
        "target_on": _("Target"),
    }


@applications.command(
    "show", help=_("Show a case: where it stands, whose turn it is, what happened.")
)
def show(context: typer.Context, code: CaseCode) -> None:
    terminal = terminal_of(context)
    case = terminal.line.get("applications", code)
    terminal.pairs(
        case,
        [
            (_("Application"), case["code"]),
            (_("Title"), case["title"] or case["title_zh"]),
            (_("Organisation"), case["organisation"]),
            (_("Lead"), case["lead"]),
            (_("State"), case["state_word"]),
            (_("Where it stands"), " ".join(case["standing"])),
            (_("List price"), money(case["list_value_minor"], case["currency"])),
            (_("Subsidy"), money(case["subsidy_minor"], case["currency"])),
            *_sizings(case["lines"]),
            *((_("Question"), f"{one['id']}: {one['text']}") for one in case["questions"]),
            *((line["at"], line["sentence"]) for line in case["timeline"]),
        ],
    )


def _sizings(lines: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """What will run on each line that says so: the verdict on the ask, and the steps to it."""
    return [
        (_("How the work of line %s runs") % line["number"], told)
        for line in lines
        if line["sizing"]
        for told in (line["sizing"]["sentence"], *line["sizing"]["steps"])
    ]


@applications.command(
    "difference", help=_("Show what a later submission says otherwise; of the last two, if unsaid.")
)
def difference(
    context: typer.Context,
    code: CaseCode,
    older: Annotated[int | None, typer.Argument(min=1, help=_("The number of one."))] = None,
    newer: Annotated[int | None, typer.Argument(min=2, help=_("The number of the later."))] = None,
) -> None:
    terminal = terminal_of(context)
    if newer is None:
        newer = len(terminal.line.get("applications", code)["submissions"])
    if newer <= 1:
        raise Trouble(_("%s was submitted once; there is nothing to compare.") % code)
    asked = {"older": older or newer - 1, "newer": newer}
    found = terminal.line.get("applications", code, "difference", **asked)
    if terminal.as_json:
        terminal.show(found)
        return
    columns = {"what": _("Field"), "before": _("Before"), "after": _("After")}
    none = _("Submissions %(older)s and %(newer)s say the same.") % asked
    terminal.table(_changes(found), columns, none=none)


def _changes(found: dict[str, Any]) -> list[dict[str, str]]:
    """Every change with the name of its field: of the form, of a line, or a document."""
    rows = [{"what": one["name"], **one} for one in found["fields"]]
    for line in found["lines"]:
        before, after = line["before"] or {}, line["after"] or {}
        rows += [
            {
                "what": f"lines.{line['number']}.{name}",
                "before": before.get(name, ""),
                "after": after.get(name, ""),
            }
            for name in dict.fromkeys([*before, *after])
            if before.get(name, "") != after.get(name, "")
        ]
    for one in found["documents"]:
        kept = {"before": "", "after": ""} | {
            "after" if one["is_added"] else "before": one["file_name"]
        }
        rows.append({"what": f"documents.{one['kind']}", **kept})
    return rows


@applications.command(
    "write",
    help=_(
        "Keep a file of answers in the draft: YAML or JSON, one part for each step of the form. "
        "Right or wrong, everything is kept; what is wrong is told."
    ),
)
def write(
    context: typer.Context,
    code: CaseCode,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help=_("The answers."))],
) -> None:
    terminal = terminal_of(context)
    _tell_problems(terminal, _write(terminal, code, fields_of(file)))


def _write(terminal: Terminal, code: str, answers: dict[str, Any]) -> dict[str, Any]:
    """Save each step in turn; the draft as it is then."""
    draft: dict[str, Any] = terminal.line.get("applications", code, "draft")
    for step in _STEPS:
        if step in answers:
            body = {"values": answers[step], "revision": draft["revision"]}
            draft = terminal.line.send("applications", code, "draft", step, body=body, method="PUT")
    return draft


def _tell_problems(terminal: Terminal, draft: dict[str, Any]) -> None:
    columns = {"step": _("Step"), "label": _("Field"), "sentence": _("What is wrong")}
    none = _("Everything is there. Submit it with: praya application submit %s") % draft["code"]
    terminal.table(draft["problems"], columns, none=none)


@applications.command("problems", help=_("List what keeps a draft from being submitted."))
def problems(context: typer.Context, code: CaseCode) -> None:
    terminal = terminal_of(context)
    _tell_problems(terminal, terminal.line.get("applications", code, "draft"))


@applications.command("attach", help=_("Add a document to the draft."))
def attach(
    context: typer.Context,
    code: CaseCode,
    kind: Annotated[str, typer.Argument(help=_("The code of the document asked for."))],
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help=_("The document."))],
) -> None:
    terminal = terminal_of(context)
    made = terminal.line.upload(
        *("applications", code, "attachments"),
        name=file.name,
        content=content_of(file),
        fields={"kind": kind},
    )
    terminal.say(
        made, _("%(file)s is added, %(size)s bytes.") % {"file": file.name, "size": made["size"]}
    )


@applications.command(
    "submit", help=_("Submit a draft, with the answers of a file if one is given.")
)
def submit(
    context: typer.Context,
    code: CaseCode,
    file: Annotated[
        Path | None, typer.Argument(exists=True, dir_okay=False, help=_("The answers."))
    ] = None,
    *,
    declare: Annotated[
        list[str] | None,
        typer.Option(help=_("The code of a declaration that you confirm; once for each.")),
    ] = None,
) -> None:
    terminal = terminal_of(context)
    if file is not None:
        draft = _write(terminal, code, fields_of(file))
    else:
        draft = terminal.line.get("applications", code, "draft")
    body = {"revision": draft["revision"], "declarations": declare or []}
    made = terminal.line.send("applications", code, "submit", body=body)
    terminal.say(
        made,
        _("%(code)s is submitted as version %(number)s, sealed %(seal)s.")
        % {"code": code, "number": made["number"], "seal": made["sha256"][:12]},
    )


@applications.command("withdraw", help=_("Take an application back."))
def withdraw(context: typer.Context, code: CaseCode, *, reason: Reason = "") -> None:
    _act(context, code, "withdraw", {"reason": reason})


@applications.command("pass", help=_("Pass the desk's stage; for officers."))
def pass_stage(
    context: typer.Context,
    code: CaseCode,
    *,
    note: Annotated[str, typer.Option(help=_("A note for the record."))] = "",
) -> None:
    terminal = terminal_of(context)
    stage = terminal.line.get("applications", code)["stage"] or None
    _act(context, code, "pass", {"note": note, "stage": stage})


@applications.command("return", help=_("Give a case back for changes; for officers."))
def give_back(context: typer.Context, code: CaseCode, *, reason: Reason) -> None:
    _act(context, code, "return", {"reason": reason})


@applications.command("fail", help=_("Reject a case at the desk; for officers."))
def fail(context: typer.Context, code: CaseCode, *, reason: Reason) -> None:
    _act(context, code, "fail", {"reason": reason})


@applications.command(
    "reopen", help=_("Take up a wait-listed or deferred case again; for officers.")
)
def reopen(context: typer.Context, code: CaseCode, *, reason: Reason) -> None:
    _act(context, code, "reopen", {"reason": reason})


def _act(context: typer.Context, code: str, act: str, body: dict[str, Any]) -> None:
    terminal = terminal_of(context)
    case = terminal.line.send("applications", code, act, body=body)
    terminal.say(case, f"{code}: {case['state_word']}")


@applications.command("ask", help=_("Ask the applicant; the clock stands still. For officers."))
def ask(
    context: typer.Context,
    code: CaseCode,
    text: Annotated[str, typer.Argument(help=_("The question."))],
    *,
    by_day: Annotated[
        str | None, typer.Option("--by", help=_("When an answer is wished for, as 2026-03-31."))
    ] = None,
) -> None:
    terminal = terminal_of(context)
    made = terminal.line.send(
        "applications", code, "questions", body={"text": text, "due_on": by_day}
    )
    terminal.say(made, _("Question %s is asked.") % made["id"])


@applications.command(
    "unask", help=_("Take a question back; no answer is needed any more. For officers.")
)
def take_back_question(
    context: typer.Context,
    number: Annotated[int, typer.Argument(min=1, help=_("As “praya application show” shows it."))],
    reason: Annotated[str, typer.Argument(help=_("Why; the applicant will read it."))],
) -> None:
    terminal = terminal_of(context)
    made = terminal.line.send("questions", number, "take-back", body={"reason": reason})
    terminal.say(made, _("The question is taken back."))


@applications.command("answer", help=_("Answer a question of the desk."))
def answer_question(
    context: typer.Context,
    number: Annotated[int, typer.Argument(min=1, help=_("As “praya application show” shows it."))],
    text: Annotated[str, typer.Argument(help=_("The answer."))],
) -> None:
    terminal = terminal_of(context)
    made = terminal.line.send("questions", number, "answer", body={"text": text})
    terminal.say(made, _("The question is answered."))
