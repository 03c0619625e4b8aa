"""Every refusal has a sentence."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re

import pytest

import praya
from praya import apps
from praya.apps.people.rules import OrganisationKnown, TokenDaysOutOfRange
from praya.core.refusal import NotAllowed, Refusal
from praya.words.refusals import sentence_for, sentences


def test_every_refusal_has_a_sentence_and_every_sentence_a_refusal():
    # Refusals stand beside the rules that give them: in the core, apps, engines and traces.
    for module in pkgutil.walk_packages(praya.__path__, "praya."):
        if module.name.split(".")[1] in {"core", "apps", "engines", "traces"}:
            importlib.import_module(module.name)
    codes = {
        code for code, kind in Refusal.every_code().items() if kind.__module__.startswith("praya.")
    }
    assert codes - sentences().keys() == set(), "add a line to praya/words/refusals/<area>.py"
    assert sentences().keys() - codes == set(), "no refusal has this code"


ASKS_FOR_A_REASON = re.compile(r'(?:ReasonMissing|_check_reason)\([^()]*action="([^"]+)"')


def test_every_act_that_wants_a_reason_has_a_sentence_for_it():
    found = {}
    for listed in pkgutil.walk_packages(apps.__path__, "praya.apps."):
        module = importlib.import_module(listed.name)
        if hasattr(module, "ReasonMissing"):
            for action in ASKS_FOR_A_REASON.findall(inspect.getsource(module)):
                found[action] = sentence_for(module.ReasonMissing(action=action))

    assert len(found) > 25
    assert all(found.values())


@pytest.mark.parametrize(
    ("refusal", "sentence"),
    [
        (
            NotAllowed(action="x", needs=("manager", "admin")),
            (
                "You may not do this. It can be done by: a manager of the organisation, "
                "site administrator."
            ),
        ),
        (NotAllowed(action="x"), "You may not do this. Ask an officer of the programme who may."),
        (
            OrganisationKnown(organisation_id=1, name="Lantern Lab"),
            (
                "Lantern Lab is registered here under this number already. Open its page and ask "
                "to join; one of its managers will let you in."
            ),
        ),
        (
            TokenDaysOutOfRange(days=0, most=366),
            "A token lives from 1 day to 366 days. Choose a number of days in between.",
        ),
    ],
)
def test_a_sentence_says_what_happened_and_what_next(refusal, sentence):
    assert sentence_for(refusal) == sentence
