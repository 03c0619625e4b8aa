"""Refusals about clusters on which awards are held."""

from __future__ import annotations

from django.utils.formats import date_format
from django.utils.translation import gettext as _

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
    return _(
        "It is not clear which device model these kinds of cards are: %(kinds)s. Say it for each, "
        "as KIND=MODEL; there are %(models)s."
    ) % {
        "kinds": ", ".join(refusal.kinds),
        "models": ", ".join(refusal.device_models) or _("none yet"),
    }


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


SENTENCES = {
    "enforcement.book_leads": _book_leads,
    "enforcement.not_adoptable": _not_adoptable,
    "enforcement.allows_more": _allows_more,
    "enforcement.mended_long_ago": _mended_long_ago,
    "enforcement.more_than_granted": _more_than_granted,
    "enforcement.nobody_called_so": _nobody_called_so,
    "enforcement.not_in_the_way": _not_in_the_way,
    "enforcement.same_person": _same_person,
    "enforcement.adoption_over": _adoption_over,
    "enforcement.unreachable": _unreachable,
    "enforcement.another_cluster": _another_cluster,
    "enforcement.kinds_unclear": _kinds_unclear,
    "enforcement.settings_unmet": _settings_unmet,
    "enforcement.days_unfit": _days_unfit,
    "enforcement.reason_missing": _reason_missing,
}
