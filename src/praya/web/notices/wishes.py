"""One's own wishes: how letters come by mail, by topic and by kind of letter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.forms import BoundField
from django.forms.utils import flatatt
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from praya.apps.notices.commands import choose
from praya.apps.notices.queries import kind_wishes_of, wishes_of
from praya.apps.notices.rules import ALWAYS_TOLD, KINDS, How, Topic
from praya.web.actors import actor
from praya.web.guards import signed_in
from praya.words import clock
from praya.words.letters.kinds import KIND_NAMES
from praya.words.notices import AS_THE_TOPIC, HOWS, TOPICS

_AS_THE_TOPIC = "topic"


@dataclass(frozen=True, slots=True)
class TopicFields:
    """The choice for a topic, and those for its kinds, unfolded where one is not as the topic."""

    topic: BoundField
    kinds: list[BoundField]
    is_open: bool


class _Select(forms.Select):
    """A drop-down put together in one step: drawn from templates, seventy take 20 ms."""

    def render(
        self,
        name: str,
        value: Any,  # noqa: ANN401 -- as Django has it
        attrs: dict[str, Any] | None = None,
        renderer: Any = None,  # noqa: ANN401, ARG002 -- as Django has it
    ) -> SafeString:
        given = self.build_attrs(self.attrs, {"name": name, **(attrs or {})})
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            ((key, flatatt({"selected": key == value}), text) for key, text in self.choices),
        )
        return format_html("<select{}>{}</select>", flatatt(given), options)


class WishForm(forms.Form):
    """How the letters of each topic come, and of each kind that is to come in another way."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # Django's own arguments
        for topic, kinds in KINDS.items():
            hows = [
                (how.value, HOWS[how])
                for how in How
                if how is not How.OFF or topic not in ALWAYS_TOLD
            ]
            self.fields[topic.value] = forms.ChoiceField(
                label=str(TOPICS[topic]), choices=hows, widget=_Select
            )
            for kind in kinds:
                self.fields[kind] = forms.ChoiceField(
                    label=str(KIND_NAMES[kind]),
                    choices=[(_AS_THE_TOPIC, AS_THE_TOPIC), *hows],
                    widget=_Select,
                )

    def topics(self) -> Iterator[TopicFields]:
        """The fields as they stand on the page."""
        for topic, kinds in KINDS.items():
            fields = [self[kind] for kind in kinds]
            is_open = any(one.errors or one.value() != _AS_THE_TOPIC for one in fields)
            yield TopicFields(self[topic.value], fields, is_open)


@signed_in
def wishes(request: HttpRequest) -> HttpResponse:
    """Say of what one wants to be told, and how."""
    by = actor(request)
    assert by.person_id is not None
    was = _wanted(by.person_id)
    initial = {name: _AS_THE_TOPIC if how is None else how.value for name, how in was.items()}
    form = WishForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        now = clock.now()
        for topic, kind, how in _changed(was, form.cleaned_data):
            choose(topic=topic, kind=kind, how=how, by=by, now=now)
        messages.success(request, _("Saved. It holds for letters from now on."))
        return redirect("web:wishes")
    return TemplateResponse(request, "web/notices/wishes.html", {"form": form})


def _wanted(person_id: int) -> dict[str, How | None]:
    """What a person wants, by the name of the field: of every topic, and of every kind."""
    topics = {topic.value: how for topic, how in wishes_of(person_id).items()}
    chosen = kind_wishes_of(person_id)
    return {**topics, **{kind: chosen.get(kind) for kinds in KINDS.values() for kind in kinds}}


def _changed(
    was: Mapping[str, How | None], given: Mapping[str, str]
) -> Iterator[tuple[Topic, str, How | None]]:
    """Topic, kind and choice of each field that is not as it was; a topic's has no kind."""
    for topic, kinds in KINDS.items():
        for name in (topic.value, *kinds):
            how = None if given[name] == _AS_THE_TOPIC else How(given[name])
            if how is not was[name]:
                yield topic, "" if name == topic.value else name, how
