"""Where the demo plays, and who acts in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from praya.apps.applications.queries import application_named, my_applications
from praya.apps.applications.rules import CaseState
from praya.apps.people.queries import person_by_email
from praya.apps.programmes.queries import actor_for, rules_of, version_in_force
from praya.core.actor import Actor
from praya.core.programme.document import ProgrammeRules
from praya.core.programme.months import month_start
from praya.demo.cases import Ask, Story


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the demo plays: the programme, and the first day of its first month."""

    programme_code: str
    call_code: str
    first_on: date

    def who(self, key: str, now: datetime) -> Actor:
        """A person of the cast, with the appointments they hold at the instant."""
        return actor_for(person_by_email(f"{key}@praya.example"), now)

    def rules(self, now: datetime) -> ProgrammeRules:
        """The rules in force."""
        return rules_of(version_in_force(self.programme_code, now.date()))

    def days_of(self, ask: Ask) -> tuple[date, date]:
        """First and last day of an ask."""
        first = month_start(self.first_on, months=ask.start)
        last = month_start(self.first_on, months=ask.start + ask.months) - timedelta(days=1)
        return first, last

    def code_of(self, story: Story, now: datetime) -> str | None:
        """The code of a story's case, once it has been begun."""
        mine = my_applications(self.who(story.lead, now)).filter(
            programme__code=self.programme_code, title=story.title
        )
        return mine.values_list("code", flat=True).first()

    def state_of(self, story: Story, now: datetime) -> CaseState | None:
        """Where a story's case stands."""
        code = self.code_of(story, now)
        if code is None:
            return None
        return CaseState(application_named(code, self.who(story.lead, now)).state)

    def case(self, story: Story, now: datetime) -> str:
        """The code of a story's case, which has been begun."""
        code = self.code_of(story, now)
        assert code is not None, story.key
        return code
