"""The outbox of a programme, for its officers."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from praya.apps.notices.access import check_may_see_outbox
from praya.apps.notices.commands import cancel_letter, send_again
from praya.apps.notices.queries import letter_of, letters_of, preview_of
from praya.apps.notices.rules import LetterState, Topic
from praya.apps.programmes.queries import programme_of
from praya.core.refusal import Refusal
from praya.web.actors import actor
from praya.web.acts import pressed
from praya.web.badges import Badge, Link, Tone
from praya.web.guards import signed_in
from praya.web.tables import Column, Filter, Table
from praya.words import clock
from praya.words.notices import LETTER_STATES, TOPICS
from praya.words.refusals import sentence_for

_TONES = {
    LetterState.WAITING: Tone.ACTIVE,
    LetterState.KEPT: Tone.ACTIVE,
    LetterState.SENDING: Tone.ACTIVE,
    LetterState.SENT: Tone.GOOD,
    LetterState.BUNDLED: Tone.GOOD,
    LetterState.FAILED: Tone.BAD,
    LetterState.UNSURE: Tone.WARN,
}
_SENT_AGAIN = {LetterState.FAILED, LetterState.UNSURE, LetterState.CANCELLED}
_CANCELLED = {LetterState.WAITING, LetterState.KEPT}
_ACTS = {"again": send_again, "cancel": cancel_letter}


@signed_in
def outbox(request: HttpRequest, code: str) -> HttpResponse:
    """The letters of a programme: what waits, what was sent, what could not be."""
    programme = programme_of(code)
    check_may_see_outbox(actor(request), code)
    table = Table(
        request,
        name="outbox",
        caption=_("Letters"),
        rows=letters_of(code),
        columns=(
            Column(
                "id",
                _("Letter"),
                lambda row: Link(row.subject or row.kind, reverse("web:letter", args=[row.pk])),
                sort="id",
            ),
            Column("to", _("To"), lambda row: str(row.to), sort="to__name"),
            Column("topic", _("Topic"), lambda row: str(TOPICS[Topic(row.topic)]), sort="topic"),
            Column("about", _("About"), sort="about"),
            Column("made_at", _("Written"), sort="id"),
            Column("state", _("State"), lambda row: badge_of(row.state), sort="state"),
            Column("sent_at", _("Sent"), sort="sent_at"),
        ),
        search=(
            "subject__icontains",
            "about__icontains",
            *(f"to__{name}__icontains" for name in ("name", "name_zh")),
        ),
        filters=(
            Filter(
                "state",
                _("State"),
                [(state.value, str(words)) for state, words in LETTER_STATES.items()],
                lookup="state",
            ),
        ),
        sort="-id",
        empty=_("No letter has been written yet."),
    )
    return table.answer("web/notices/outbox.html", {"programme": programme})


@signed_in
def letter(request: HttpRequest, letter_id: int) -> HttpResponse:
    """One letter as it was sent or would be; send it again, or keep it from going out."""
    by = actor(request)
    found = letter_of(letter_id, by)
    act = pressed(request, _ACTS)
    sentence = ""
    if request.method == "POST":
        try:
            _ACTS[act](letter_id=letter_id, by=by, now=clock.now())
        except Refusal as refusal:
            sentence = sentence_for(refusal)
        else:
            messages.success(request, _("Done."))
            return redirect("web:letter", letter_id)
    subject, text = preview_of(found)
    state = LetterState(found.state)
    context = {
        "letter": found,
        "subject": subject,
        "text": text,
        "sentence": sentence,
        "badge": badge_of(found.state),
        "may_send_again": state in _SENT_AGAIN,
        "may_cancel": state in _CANCELLED,
        "facts": [
            (_("To"), str(found.to)),
            (_("Topic"), str(TOPICS[Topic(found.topic)])),
            (_("About"), found.about),
            (_("Written"), found.made_at),
            (_("Sent"), found.sent_at),
            (_("Tries"), found.tries),
            (_("Last error"), found.error),
        ],
    }
    return TemplateResponse(request, "web/notices/letter.html", context)


def badge_of(state: str) -> Badge:
    """The state of a letter."""
    known = LetterState(state)
    return Badge(str(LETTER_STATES[known]), _TONES.get(known, Tone.PLAIN))
