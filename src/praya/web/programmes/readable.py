"""The rules of a programme as sections that a page can show: lists, facts and small tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from praya.core.programme.document import (
    CallRule,
    EligibilityRule,
    ProgrammeRules,
    StageKind,
    Vote,
)
from praya.core.programme.life import CENTRE_FAULTS
from praya.web.programmes.readable_changes import change_items, rate_rows
from praya.web.programmes.readable_devices import device_row
from praya.web.programmes.readable_money import money_items
from praya.words.languages import in_readers_language as say
from praya.words.life import (
    free_use_sentence,
    grace_sentence,
    paid_ahead_sentence,
    refunds_sentence,
    rule_sentence,
    tranches_sentence,
)
from praya.words.organisations import KINDS
from praya.words.quantities import money, number
from praya.words.roles import needed
from praya.words.series import listed

Row = tuple[object, ...]

SHAPES: dict[str, Promise] = {
    "cards": gettext_lazy("cards held from a day to a day"),
    "card-hours": gettext_lazy("card-hours, used when needed"),
}
STAGE_KINDS: dict[StageKind, Promise] = {
    StageKind.COMPLETENESS: gettext_lazy("completeness"),
    StageKind.ELIGIBILITY: gettext_lazy("eligibility"),
    StageKind.REVIEW: gettext_lazy("review"),
    StageKind.DECISION: gettext_lazy("decision"),
    StageKind.AGREEMENT: gettext_lazy("agreement"),
}


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the rules: an introduction, then what there is of facts, items and a table."""

    anchor: str
    heading: str
    lead: str = ""
    facts: list[tuple[str, object]] = field(default_factory=list)
    items: list[str] = field(default_factory=list)
    head: tuple[str, ...] = ()
    rows: list[Row] = field(default_factory=list)

    @property
    def labelled_rows(self) -> list[list[tuple[str, object]]]:
        """Each value of the table with the heading of its column."""
        return [list(zip(self.head, row, strict=True)) for row in self.rows]


def public_sections(rules: ProgrammeRules) -> list[Section]:
    """What somebody who thinks of applying wants to know."""
    return _sections(rules, _PUBLIC)


def every_section(rules: ProgrammeRules) -> list[Section]:
    """The whole of the rules, in the order of the file."""
    return _sections(rules, _EVERY)


def days(count: int) -> str:
    """A number of days in words."""
    return ngettext("%s day", "%s days", count) % number(count)


def _sections(
    rules: ProgrammeRules, makers: tuple[Callable[[ProgrammeRules], Section], ...]
) -> list[Section]:
    made = [maker(rules) for maker in makers]
    return [each for each in made if each.facts or each.items or each.rows or each.lead]


def _percent(value: Decimal) -> str:
    exponent = value.normalize().as_tuple().exponent
    return _("%s %%") % number(value, max(0, -int(exponent)))


def _programme(rules: ProgrammeRules) -> Section:
    facts: list[tuple[str, object]] = [
        (_("Owner"), say(rules.owner)),
        (_("Operator"), say(rules.operator)),
        (_("First day"), rules.period.first),
        (_("Last day"), rules.period.last),
        (_("Time zone"), rules.time_zone),
    ]
    return Section("programme", _("The programme"), say(rules.summary), facts)


def _vote(vote: Vote, purpose: str, rules: ProgrammeRules) -> str:
    said = {
        "amount": money(rules.money(vote.voted)),
        "purpose": purpose,
        "first": date_format(vote.first, "DATE_FORMAT"),
        "last": date_format(vote.last, "DATE_FORMAT"),
    }
    text = _("%(amount)s is voted for %(purpose)s from %(first)s to %(last)s.") % said
    return f"{text} {_('What is not committed then lapses.')}" if vote.lapses else text


def _envelope(rules: ProgrammeRules) -> Section:
    rows: list[Row] = [
        (say(purpose.name), rules.money(purpose.amount), purpose.pays_subsidy)
        for purpose in rules.envelope.purposes
    ]
    names = {purpose.code: say(purpose.name) for purpose in rules.envelope.purposes}
    return Section(
        "envelope",
        _("The budget"),
        _("%s in all, in shares that are closed to one another.")
        % money(rules.money(rules.envelope.amount)),
        items=[
            _vote(vote, names[vote.purpose or rules.envelope.paying], rules)
            for vote in rules.envelope.years
        ],
        head=(_("Purpose"), _("Amount"), _("Pays for compute")),
        rows=rows,
    )


def _eligibility(rules: ProgrammeRules) -> Section:
    return Section(
        "eligibility",
        _("Who may apply"),
        items=[_eligibility_rule(rule) for rule in rules.eligibility],
    )


def _eligibility_rule(rule: EligibilityRule) -> str:
    text = say(rule.text)
    if rule.only_kinds:
        kinds = listed(str(KINDS[kind]) for kind in rule.only_kinds)
        text = _("%(rule)s (Only for: %(kinds)s.)") % {"rule": text, "kinds": kinds}
    if rule.otherwise == "human":
        text = _("%s If not, an officer looks at the case.") % text
    return text


def _limits(rules: ProgrammeRules) -> Section:
    limits = rules.limits
    bounds: list[tuple[str, object]] = [
        (_("Least card-hours"), limits.card_hours_min),
        (_("Most card-hours"), limits.card_hours_max),
        (_("Most cards of one model at once"), limits.cards_max),
        (_("Most months"), limits.months_max),
    ]
    values = (
        (_("Least list value"), limits.list_value_min),
        (_("Most list value"), limits.list_value_max),
    )
    facts = [(label, bound) for label, bound in bounds if bound is not None]
    facts += [(label, rules.money(value)) for label, value in values if value is not None]
    facts.append((_("Asked for as"), "; ".join(str(SHAPES[shape]) for shape in limits.shapes)))
    return Section("limits", _("How much one application may ask for"), facts=facts)


def _subsidy(rules: ProgrammeRules) -> Section:
    lead = _("The programme pays up to %s of the list price; the team pays the rest.") % _percent(
        rules.subsidy.percent
    )
    if rules.subsidy.percent == Decimal(100):
        lead = _("The programme pays the whole list price.")
    items = []
    exceptional = rules.subsidy.exceptional
    if exceptional is not None:
        items.append(
            _("In exceptional cases up to %(percent)s, granted by: %(who)s. %(ground)s")
            % {
                "percent": _percent(exceptional.percent),
                "who": needed(exceptional.granted_by),
                "ground": say(exceptional.ground),
            }
        )
    items += money_items(rules)
    return Section("subsidy", _("What the programme pays"), lead, items=items)


def _device_models(rules: ProgrammeRules) -> Section:
    return Section(
        "device-models",
        _("Device models"),
        head=(
            *(_("Device model"), _("Memory"), _("Dense peak, TFLOPS")),
            *(_("Power at work"), _("Source")),
        ),
        rows=[device_row(model) for model in rules.device_models],
    )


def _prices(rules: ProgrammeRules) -> Section:
    names = {model.code: f"{model.vendor} {model.name}" for model in rules.device_models}
    rows: list[Row] = []
    for price in rules.prices:
        model, days = names[price.device_model], (price.valid_from, price.valid_to)
        rows.append((model, rules.money(price.per_card_hour), *days))
        rows += [
            (f"{model}, {name} ({factor})", rules.money(price.per_hour_in(name)), *days)
            for name, factor in price.factors.items()
        ]
    head = (_("Device model"), _("For one card-hour"), _("From"), _("To"))
    lead = _("The class of service of a job is its call's, or one it names when it is submitted.")
    lead = lead if any(price.factors for price in rules.prices) else ""
    return Section("prices", _("List prices"), lead, head=head, rows=rows)


def _criteria(rules: ProgrammeRules) -> Section:
    scoring = rules.scoring
    lead = _("Each criterion is marked from %(lowest)s to %(highest)s by %(reviews)s.") % {
        "lowest": scoring.lowest,
        "highest": scoring.highest,
        "reviews": ngettext("at least %s reviewer", "at least %s reviewers", scoring.reviews_needed)
        % scoring.reviews_needed,
    }
    rows: list[Row] = [
        (
            say(criterion.name),
            _percent(criterion.weight),
            " ".join(say(prompt) for prompt in criterion.prompts),
        )
        for criterion in scoring.criteria
    ]
    head = (_("Criterion"), _("Weight"), _("What reviewers look at"))
    return Section("criteria", _("How applications are marked"), lead, head=head, rows=rows)


def _stages(rules: ProgrammeRules) -> Section:
    rows: list[Row] = [(say(stage.name), days(stage.target_days)) for stage in rules.stages]
    return Section(
        "stages",
        _("The way of an application"),
        _("The clock stops while the applicant is asked something."),
        head=(_("Stage"), _("Should take")),
        rows=rows,
    )


def _delegation(rules: ProgrammeRules) -> Section:
    rows: list[Row] = []
    for row in rules.delegation:
        size = (
            _("any size above")
            if row.up_to_list_value is None
            else _("up to %s") % money(rules.money(row.up_to_list_value))
        )
        stages = listed(str(STAGE_KINDS[stage]) for stage in row.stages) or _("all")
        rows.append((size, needed(row.decided_by), stages))
    head = (_("List value"), _("Decided by"), _("Stages"))
    return Section("delegation", _("Who decides"), head=head, rows=rows)


def _calls(rules: ProgrammeRules) -> Section:
    rows: list[Row] = [
        (say(call.title), how_it_gathers(call), call.opens_on, call.closes_on)
        for call in rules.calls
    ]
    head = (_("Call"), _("How"), _("Opens"), _("Closes"))
    return Section("calls", _("Calls"), head=head, rows=rows)


def how_it_gathers(call: CallRule) -> str:
    """How a call takes applications, in words."""
    if call.kind == "rolling":
        return ngettext(
            "Always open; decided together every month.",
            "Always open; decided together every %s months.",
            call.batch_every_months,
        ).replace("%s", number(call.batch_every_months))
    if call.kind == "window":
        return _("Open once.")
    assert call.monthly is not None, call.code
    return _("Open every month from day %(first)s to day %(last)s.") % {
        "first": call.monthly.gather_from_day,
        "last": call.monthly.gather_to_day,
    }


def _form(rules: ProgrammeRules) -> Section:
    items = [say(question.label) for question in rules.form]
    return Section("form", _("What the form asks"), items=items)


def _attachments(rules: ProgrammeRules) -> Section:
    rows: list[Row] = [
        (
            say(rule.name),
            rule.required,
            listed(str(KINDS[kind]) for kind in rule.only_kinds) or _("all"),
        )
        for rule in rules.attachments
    ]
    head = (_("Document"), _("Required"), _("Asked of"))
    return Section("attachments", _("Documents to attach"), head=head, rows=rows)


def _declarations(rules: ProgrammeRules) -> Section:
    items = [say(declaration.text) for declaration in rules.declarations]
    return Section("declarations", _("What applicants confirm"), items=items)


def _agreement(rules: ProgrammeRules) -> Section:
    agreement = rules.agreement
    facts: list[tuple[str, object]] = [
        (_("To be accepted within"), days(agreement.accept_within_days)),
        (_("May end after the programme"), agreement.late_end_allowed),
    ]
    return Section("agreement", _("What a lead accepts"), say(agreement.text), facts)


def _life(rules: ProgrammeRules) -> Section:
    items = [rule_sentence(rule) for rule in rules.life.cut_rules]
    if rules.life.tranches is not None:
        items.append(tranches_sentence(rules.life.tranches))
    if rules.life.paid_ahead is not None:
        items.append(paid_ahead_sentence(rules.life.paid_ahead))
    if rules.life.free_use is not None:
        items.append(free_use_sentence(rules.life.free_use))
    if rules.life.grace_days:
        items.append(grace_sentence(rules.life.grace_days))
    if tuple(rules.life.refunds) != CENTRE_FAULTS:
        items.append(refunds_sentence(rules.life.refunds))
    return Section("life", _("The life of an award"), items=items)


def _changes(rules: ProgrammeRules) -> Section:
    head = (_("From"), _("To"), _("Rate"), _("First day"), _("Last day"), _("Evidence"))
    rows = rate_rows(rules)
    return Section(
        "changes",
        _("Changes of an award"),
        items=change_items(rules),
        head=head if rows else (),
        rows=rows,
    )


def _warnings(rules: ProgrammeRules) -> Section:
    warnings = rules.warnings
    facts: list[tuple[str, object]] = [
        (_("When so much is used"), listed(f"{share} %" for share in warnings.used_percent)),
        (_("Before the last day"), listed(days(ahead) for ahead in warnings.days_before_end)),
        (_("When it will run out within"), days(warnings.run_out_days)),
    ]
    return Section("warnings", _("When the people of an award are warned"), facts=facts)


_PUBLIC = (_eligibility, _limits, _subsidy, _prices, _criteria, _stages)
_EVERY = (
    _programme,
    _envelope,
    _eligibility,
    _limits,
    _subsidy,
    _device_models,
    _prices,
    _criteria,
    _stages,
    _delegation,
    _calls,
    _form,
    _attachments,
    _declarations,
    _agreement,
    _life,
    _changes,
    _warnings,
)
