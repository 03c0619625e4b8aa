"""Applicants and desk of the demo: each act by the commands that a click or a call runs.

Every act looks at where its case stands and leaves alone what has been done, so that a demo that
was interrupted goes on where it was.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from praya.apps.applications import commands as cases
from praya.apps.applications.queries import application_named, case_of, untouched_draft
from praya.apps.applications.rules import CaseState, LineShape
from praya.apps.people.queries import organisations_of
from praya.core.actor import Actor
from praya.core.programme.document import FormField, ProgrammeRules, StageKind
from praya.demo.cases import Runs, Story
from praya.demo.stage import Stage
from praya.words.paper.sheet import Sheet


def write(stage: Stage, story: Story, now: datetime) -> None:
    """The lead begins the application and fills the form, but for a draft not to its end."""
    lead = stage.who(story.lead, now)
    code = stage.code_of(story, now)
    if code is None:
        house = organisations_of(lead.person_id or 0).get().organisation
        begun = untouched_draft(lead, stage.programme_code, stage.call_code, house.pk)
        begun = begun or cases.begin_application(
            programme_code=stage.programme_code,
            call_code=stage.call_code,
            organisation_id=house.pk,
            answers=_eligibility_answers(stage.rules(now)),
            by=lead,
            now=now,
        )
        code = begun.code
    if application_named(code, lead).state != CaseState.DRAFT:
        return
    rules = stage.rules(now)
    steps = _steps(stage, story, rules)
    if story.fate == "draft":
        steps = {name: steps[name] for name in ("organisation", "project")}
    for step, values in steps.items():
        save(code, step, values, lead, now)
    if story.fate != "draft":
        _attach(stage, story, code, lead, now)


def save(code: str, step: str, values: Mapping[str, Any], lead: Actor, now: datetime) -> None:
    """Save one step on top of whatever was saved before."""
    revision = application_named(code, lead).draft_revision
    cases.save_draft(code=code, step=step, values=values, revision=revision, by=lead, now=now)


def submit(stage: Stage, story: Story, now: datetime) -> None:
    """The lead confirms the declarations and submits."""
    lead = stage.who(story.lead, now)
    code = stage.case(story, now)
    application = application_named(code, lead)
    if application.state not in {CaseState.DRAFT, CaseState.RETURNED}:
        return
    cases.submit_application(
        code=code,
        declarations=[one.code for one in stage.rules(now).declarations],
        revision=application.draft_revision,
        by=lead,
        now=now,
    )


def ask_and_answer(stage: Stage, story: Story, now: datetime, *, is_answered: bool = True) -> None:
    """The desk asks a question; four days later the lead answers, and the clock runs again."""
    code = stage.case(story, now)
    if stage.state_of(story, now) == CaseState.SUBMITTED:
        cases.ask_applicant(
            code=code,
            text="Which part of the data is personal, and who has agreed to its use?",
            due_on=(now + timedelta(days=14)).date(),
            by=stage.who("officer", now),
            now=now,
        )
    lead = stage.who(story.lead, now)
    question = next((one for one in case_of(code, lead).questions if one.state == "open"), None)
    if is_answered and question is not None:
        cases.answer_question(
            question_id=question.pk,
            text="None of it: every sample was made in the laboratory.",
            by=lead,
            now=now + timedelta(days=4),
        )


def return_and_resubmit(stage: Stage, story: Story, now: datetime) -> None:
    """The desk sends the case back; the lead asks for less and submits a second version."""
    code = stage.case(story, now)
    lead = stage.who(story.lead, now)
    if stage.state_of(story, now) == CaseState.SUBMITTED:
        cases.return_application(
            code=code,
            reason="The plan of work is thin on the months after training. Please say more.",
            by=stage.who("officer", now),
            now=now,
        )
    if stage.state_of(story, now) == CaseState.RETURNED:
        later = now + timedelta(days=5)
        plan = {"plan": "Nine months: three to train, three to verify, three to serve forecasts."}
        save(code, "project", {"answers": plan}, lead, later)
        submit(stage, story, later)


def screen(stage: Stage, story: Story, now: datetime) -> None:
    """The desk passes the stages before the review."""
    code = stage.case(story, now)
    officer = stage.who("officer", now)
    for kind in (StageKind.COMPLETENESS, StageKind.ELIGIBILITY):
        application = application_named(code, officer)
        if application.state == CaseState.SUBMITTED and application.stage == kind:
            note = (
                "All documents are there."
                if kind == StageKind.COMPLETENESS
                else "Register checked."
            )
            cases.pass_stage(code=code, note=note, stage=kind, by=officer, now=now)


def withdraw(stage: Stage, story: Story, now: datetime) -> None:
    """The lead takes the case back."""
    cases.withdraw_application(
        code=stage.case(story, now),
        reason="The game is solved.",
        by=stage.who(story.lead, now),
        now=now,
    )


def _eligibility_answers(rules: ProgrammeRules) -> dict[str, bool]:
    return {rule.code: rule.want for rule in rules.eligibility if rule.question is not None}


def _steps(stage: Stage, story: Story, rules: ProgrammeRules) -> dict[str, dict[str, Any]]:
    answers: dict[str, dict[str, str]] = {"project": {}, "compute": {}, "results": {}}
    for each in rules.form:
        answers[each.section][each.code] = _answer(each, story)
    lines = []
    for ask in story.asks:
        first, last = stage.days_of(ask)
        shape = LineShape.CARD_HOURS if ask.hours else LineShape.CARDS
        lines.append(
            {
                "device_model": ask.model,
                "shape": shape.value,
                "cards": str(ask.cards),
                "first_on": first.isoformat(),
                "last_on": last.isoformat(),
                "card_hours": str(ask.hours or ""),
                "note": "",
                **_work(ask.runs),
            }
        )
    return {
        "organisation": {
            "contact_name": story.lead.title(),
            "contact_email": f"{story.lead}@praya.example",
        },
        "project": {
            "title": story.title,
            "title_zh": story.title_zh,
            "summary": story.summary,
            "summary_zh": story.summary_zh,
            "answers": answers["project"],
        },
        "compute": {"lines": lines, "answers": answers["compute"]},
        "results": {"answers": answers["results"]},
    }


def _work(runs: Runs | None) -> dict[str, str]:
    """What will run on a line, where the team says so."""
    if runs is None:
        return {}
    length = _TRAINING if runs.hours is None else {"job_hours": str(runs.hours)}
    return {
        "jobs": str(runs.jobs),
        "job_cards": str(runs.cards),
        "repeat_percent": str(runs.again_percent),
        **length,
    }


_TEXTS = {
    "plan": "Three months to prepare and train, three to verify, the rest to serve and report.",
    "model": "A transformer of 13 billion parameters, bf16, started from our own smaller model.",
    "training": "200 billion tokens, one pass, batches of 4 million tokens, at 40 % of the peak.",
    "data": "Texts and recordings licensed to us, 4 TB; personal data is removed beforehand.",
    "deliverables": "Open weights with a model card, an evaluation, and two reports.",
}
_TRAINING = {"parameters": "13e9", "tokens": "200e9", "precision": "bf16", "mfu_percent": "40"}


def _answer(field: FormField, story: Story) -> str:
    """An answer that fits the field."""
    given = {"technology-area": story.area, "sector": story.sector}
    if field.code in given:
        return given[field.code]
    if field.kind == "choice":
        return next(iter(field.choices))
    if field.kind == "number":
        return "6"
    if field.kind == "yes-no":
        return "no"
    return _TEXTS.get(field.code, story.summary)


def _attach(stage: Stage, story: Story, code: str, lead: Actor, now: datetime) -> None:
    """The documents that the rules ask of the organisation, each a real page of PDF."""
    kind = organisations_of(lead.person_id or 0).get().organisation.kind
    sheet = Sheet(title=story.title, foot=stage.programme_code, made_at=now)
    sheet.paragraph(f"{story.summary}\n{story.summary_zh}")
    page = sheet.as_bytes()
    for rule in stage.rules(now).attachments:
        if not rule.required or (rule.only_kinds and kind not in rule.only_kinds):
            continue
        cases.add_attachment(
            code=code,
            kind=rule.code,
            file_name=f"{rule.code}-{story.key}.pdf",
            content=io.BytesIO(page),
            by=lead,
            now=now,
        )
