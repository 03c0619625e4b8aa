"""Refusals about clusters on which awards are held."""

from __future__ import annotations

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from praya.apps.enforcement.cards import CardsWhy
from praya.apps.enforcement.rules import UnfitWhy
from praya.core.execution.discovery import UNTYPED
from praya.core.refusal import Refusal
from praya.words.enforcement import step_sentence


def _unreachable(refusal: Refusal) -> str:
    del refusal  # what its programs said may name hosts, and stands with the facts for operators
    return _(
        "The cluster does not answer, so nothing was done. See that it is up and that its programs "
        "run on this machine as the user Praya runs as, then try again."
    )


def _another_cluster(refusal: Refusal) -> str:
    return _(
        "Awards are held on %(cluster)s, so neither another Slurm nor another slurm.conf takes its "
        "place. Let Praya leave it first, or add the other under a code of its own."
    ) % {"cluster": refusal.cluster}


def _kinds_unclear(refusal: Refusal) -> str:
    models = ", ".join(refusal.device_models) or _("none yet")
    if UNTYPED in refusal.kinds:
        return _(
            "The cluster gives its cards no type, so it is not clear which device model they are. "
            "Say it, as %(kind)s=MODEL; there are %(models)s. All of them are taken to be of it."
        ) % {"kind": UNTYPED, "models": models}
    return _(
        "It is not clear which device model these kinds of cards are: %(kinds)s. Say it for each, "
        "as KIND=MODEL; there are %(models)s."
    ) % {"kinds": ", ".join(refusal.kinds), "models": models}


_CARDS: dict[CardsWhy, Promise] = {
    CardsWhy.OTHERWISE: gettext_lazy(
        "No machine of the cluster has what Slurm calls gpu, and Praya holds, counts and charges "
        "nothing else; they have %(kinds)s. Let them be called gpu, with a type that names their "
        "model, in GresTypes, gres.conf and the nodes of slurm.conf; then add the cluster again."
    ),
    CardsWhy.MIXED: gettext_lazy(
        "Some cards of the cluster have no type and others have one: %(kinds)s. A limit on one "
        "model holds only where every card has its type: give each one in gres.conf and in the "
        "nodes of slurm.conf; then add the cluster again."
    ),
    CardsWhy.SAME: gettext_lazy(
        "%(kinds)s are all %(model)s. Slurm holds a limit on each type by itself, so an award "
        "could use what it has once for each: give these cards one type in gres.conf and in the "
        "nodes of slurm.conf, or give each type a device model of its own in the programme file."
    ),
}


def _cards_unfit(refusal: Refusal) -> str:
    kinds = ", ".join(refusal.kinds)
    return str(_CARDS[refusal.why]) % {"kinds": kinds, "model": refusal.device_model}


def _settings_unmet(refusal: Refusal) -> str:
    return _(
        "On %(cluster)s limits could be passed, so no award is held there yet: %(settings)s. "
        "The cluster's page says line by line what to write; then try again."
    ) % {"cluster": refusal.cluster, "settings": ", ".join(refusal.settings)}


def _days_unfit(refusal: Refusal) -> str:
    return _(
        "From %(first)s to %(last)s are not 1 to %(most)s days that can be compared. Choose a "
        "first day that is not after the last, neither before awards were held on the cluster nor "
        "after today, and no more days than that at once."
    ) % {
        "first": date_format(refusal.first_on, "DATE_FORMAT"),
        "last": date_format(refusal.last_on, "DATE_FORMAT"),
        "most": refusal.most,
    }


def _reason_missing(refusal: Refusal) -> str:
    del refusal
    return _("A reason is missing. Say why the cluster may stay as it is; others will read it.")


def _book_leads(refusal: Refusal) -> str:
    return _(
        "What may be used under %(account)s is what the book says is left, so a limit that was set "
        "by hand on the cluster cannot become it. Ask for a supplement or a correction of the "
        "award. Less than the award has can also be left for a time."
    ) % {"account": refusal.account}


def _not_adoptable(refusal: Refusal) -> str:
    return _(
        "“%(step)s”: a difference that this mends cannot be taken over, since what is wanted there "
        "follows from the award and its programme. Change those."
    ) % {"step": step_sentence(refusal.kind)}


def _allows_more(refusal: Refusal) -> str:
    return _(
        "“%(step)s”: without it the cluster may allow more than the award has, so it cannot be "
        "left. Ask for a supplement or a change of the award."
    ) % {"step": step_sentence(refusal.kind)}


def _mended_long_ago(refusal: Refusal) -> str:
    return _(
        "Number %(number)s was mended more than %(days)s days ago, and the cluster has not been so "
        "since. If it should be so again, change it there, and take over the difference that is "
        "found then."
    ) % {"number": refusal.number, "days": refusal.days}


def _more_than_granted(refusal: Refusal) -> str:
    return _(
        "On the cluster %(account)s may hold %(has)s cards at once, and its award has %(most)s. "
        "More than the award has cannot be taken over; ask for a change of the award."
    ) % {
        "account": refusal.account,
        "has": refusal.has or _("any number of"),
        "most": refusal.most,
    }


def _nobody_called_so(refusal: Refusal) -> str:
    return _(
        "Nobody is known here whose user on the clusters is called %(member)s. Say first who that "
        "is, then take the member over."
    ) % {"member": refusal.member}


def _not_in_the_way(refusal: Refusal) -> str:
    return _(
        "As the cluster was last seen, no account %(account)s of others is there that an accepted "
        "award wants. Look at the cluster again, or check the name."
    ) % {"account": refusal.account}


def _same_person(refusal: Refusal) -> str:
    del refusal
    return _(
        "Two people are needed: who asked may not agree. Another operator or a site admin can."
    )


def _adoption_over(refusal: Refusal) -> str:
    said = _("Number %s was taken back, so nobody can agree to it any more. Ask again.")
    return said % str(refusal.number)


def _not_given_back(refusal: Refusal) -> str:
    return _(
        "Praya does not know how the account %(account)s was before, since it was not taken over "
        "from others; so it cannot be given back. Change it on the cluster once awards are not "
        "held there."
    ) % {"account": refusal.account}


_UNFIT = {
    UnfitWhy.NAME: gettext_lazy(
        "its name has a letter that Praya does not pass on to the cluster's programs, which read "
        "some of them otherwise. Letters, digits and _ . @ + - are taken, up to a hundred"
    ),
    UnfitWhy.TAKEN: gettext_lazy(
        "it is called as an award, a lease or a programme of Praya's is or may be called"
    ),
    UnfitWhy.GONE: gettext_lazy("the cluster has no account of others that is called so"),
    UnfitWhy.BELOW: gettext_lazy(
        "other accounts stand below it, and what is done to it would be done to them. Map those, "
        "or move them to another parent first"
    ),
    UnfitWhy.NO_LINE: gettext_lazy(
        "the award has no card-hours of a device model that the cluster has"
    ),
}


def _not_mappable(refusal: Refusal) -> str:
    return _("The account %(account)s cannot become that of %(award)s: %(why)s.") % {
        "account": refusal.account,
        "award": refusal.award,
        "why": _UNFIT[UnfitWhy(refusal.why)],
    }


def _mapped_otherwise(refusal: Refusal) -> str:
    return _(
        "On this cluster the account %(account)s is that of %(award)s, or was asked to be. An "
        "account is one award's, and an award has one account. Take that back first."
    ) % {"account": refusal.account, "award": refusal.award}


def _jobs_alive(refusal: Refusal) -> str:
    return ngettext(
        "%(jobs)s job of %(award)s waits or runs under its account %(account)s, which it would no "
        "longer use. Let it end, or cancel it, then agree again.",
        "%(jobs)s jobs of %(award)s wait or run under its account %(account)s, which it would no "
        "longer use. Let them end, or cancel them, then agree again.",
        refusal.jobs,
    ) % {"jobs": refusal.jobs, "award": refusal.award, "account": refusal.account}


def _not_dropped(refusal: Refusal) -> str:
    return _(
        "The account %(account)s became an award's, so it is not dropped but given back as it was. "
        "Where agreeing to it was cut off, agree again first."
    ) % {"account": refusal.account}


SENTENCES = {
    "enforcement.not_mappable": _not_mappable,
    "enforcement.mapped_otherwise": _mapped_otherwise,
    "enforcement.jobs_alive": _jobs_alive,
    "enforcement.not_dropped": _not_dropped,
    "enforcement.book_leads": _book_leads,
    "enforcement.not_adoptable": _not_adoptable,
    "enforcement.allows_more": _allows_more,
    "enforcement.mended_long_ago": _mended_long_ago,
    "enforcement.more_than_granted": _more_than_granted,
    "enforcement.nobody_called_so": _nobody_called_so,
    "enforcement.not_in_the_way": _not_in_the_way,
    "enforcement.same_person": _same_person,
    "enforcement.adoption_over": _adoption_over,
    "enforcement.not_given_back": _not_given_back,
    "enforcement.unreachable": _unreachable,
    "enforcement.another_cluster": _another_cluster,
    "enforcement.cards_unfit": _cards_unfit,
    "enforcement.kinds_unclear": _kinds_unclear,
    "enforcement.settings_unmet": _settings_unmet,
    "enforcement.days_unfit": _days_unfit,
    "enforcement.reason_missing": _reason_missing,
}
