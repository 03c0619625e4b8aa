"""Clusters on which awards are held: settings, steps, obstacles and reasons as sentences."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from praya.apps.enforcement.engines import own_user
from praya.apps.enforcement.queries import Stale
from praya.apps.enforcement.rules import AdoptionKind, Asked
from praya.core.execution.limits import ObstacleKind, StepKind
from praya.core.execution.waiting import Holds
from praya.words.jobs import instant

SETTINGS: dict[str, Promise] = {
    "setting.version": gettext_lazy("Slurm 22.05 or later is needed."),
    "setting.storage": gettext_lazy("Without a database of accounts there are no limits."),
    "setting.enforce": gettext_lazy(
        "Without it jobs pass limits, and “safe” keeps them from one; with “nojobs” no job is in "
        "the accounts, and nothing is charged."
    ),
    "setting.tracked": gettext_lazy("Only cards that are tracked by kind can be limited by kind."),
    "setting.select": gettext_lazy("Other ways of choosing nodes do not count cards."),
    "setting.priority": gettext_lazy("Without it nothing is counted against a limit."),
    "setting.decay": gettext_lazy("What was used is forgotten, so allowances would refill."),
    "setting.reset": gettext_lazy("The counter begins anew, so allowances would refill."),
    "setting.factor": gettext_lazy("Use in a scaled class of service is not counted in full."),
    "setting.quality": gettext_lazy(
        "A class of service has limits of its own, which Slurm takes in place of the award's: its "
        "allowance, its cards at once or its suspension would not hold. Set such limits on the "
        "account above, or on a class that no award uses."
    ),
    "setting.weight": gettext_lazy("A class of service has no effect on who goes first."),
    "setting.longest": gettext_lazy(
        "A class of service has a longest time of its own, which Slurm takes in place of the "
        "award's end: jobs may begin that run past it. They are cancelled when the award ends."
    ),
    "setting.kinds": gettext_lazy(
        "A job that names no kind of card is bound by the sum over all kinds only, and may use a "
        "kind that was not awarded. Praya's job_submit.lua names the kind for it."
    ),
    "setting.level": gettext_lazy(
        "Praya's user on the cluster may not set limits, or not see everybody's jobs."
    ),
    "setting.user": gettext_lazy(
        "Praya's user may do more there than it needs: an operator who is not root is enough."
    ),
    "setting.period": gettext_lazy("The counter is brought up to date less often."),
    "setting.backfill": gettext_lazy("Small jobs wait behind large ones for longer."),
    "setting.overrun": gettext_lazy("Jobs run on after their time limit."),
}
STEPS: dict[StepKind, Promise] = {
    StepKind.ADD_PROGRAMME: gettext_lazy("Add the programme's account"),
    StepKind.ADD_ACCOUNT: gettext_lazy("Add the award's account"),
    StepKind.MOVE_ACCOUNT: gettext_lazy("Move the account below its programme"),
    StepKind.SET_LIMIT: gettext_lazy("Set what may be used, in seconds"),
    StepKind.SET_CARDS: gettext_lazy("Set how many cards at once"),
    StepKind.SET_LONGEST: gettext_lazy("Set the longest time of a job, in seconds"),
    StepKind.SET_QUALITY: gettext_lazy("Set the class of service"),
    StepKind.CLOSE: gettext_lazy("Close the account to new jobs"),
    StepKind.OPEN: gettext_lazy("Open the account to jobs"),
    StepKind.ADD_MEMBER: gettext_lazy("Let a member in"),
    StepKind.BLOCK_MEMBER: gettext_lazy("Keep a former member from beginning jobs"),
    StepKind.UNBLOCK_MEMBER: gettext_lazy("Let a member begin jobs again"),
    StepKind.REMOVE_MEMBER: gettext_lazy("Take out who is no member"),
    StepKind.CANCEL_WAITING: gettext_lazy("Cancel waiting jobs of a former member"),
    StepKind.CANCEL_ALL: gettext_lazy("Cancel every job of an award that is over"),
    StepKind.ADD_RESERVATION: gettext_lazy(
        "Set nodes aside. Where too few are free of other reservations, it is tried again every "
        "half minute"
    ),
    StepKind.SET_RESERVATION: gettext_lazy(
        "Change which nodes are set aside, or until when. While nodes are missing, it is tried "
        "again every half minute"
    ),
    StepKind.REMOVE_RESERVATION: gettext_lazy(
        "Take back nodes that are no longer to be set aside, once no job runs on them"
    ),
}
OBSTACLES: dict[ObstacleKind, Promise] = {
    ObstacleKind.NAME_TAKEN: gettext_lazy(
        "An account of that name is there and not Praya's; rename it, or ask that it becomes the "
        "award's."
    ),
    ObstacleKind.NAME_SHARED: gettext_lazy(
        "The account of that name was mapped to another award, so this one has none here. Give the "
        "account back."
    ),
    ObstacleKind.QUALITY_UNKNOWN: gettext_lazy("The cluster has no such class of service."),
    ObstacleKind.MODEL_UNKNOWN: gettext_lazy("The cluster has no such cards."),
    ObstacleKind.MEMBER_UNKNOWN: gettext_lazy(
        "The cluster has no user of that name; make the user there, or set another name here."
    ),
    ObstacleKind.NOT_HELD: gettext_lazy(
        "The database has the account and the controller does not yet; it is looked at again."
    ),
    ObstacleKind.LIMITED_OTHERWISE: gettext_lazy(
        "A limit stands here such as Praya never sets. It is left, as it may be there on purpose; "
        "an operator of the cluster lifts it with sacctmgr, setting -1."
    ),
    ObstacleKind.NOT_WANTED: gettext_lazy("An account of Praya's that no award stands behind."),
    ObstacleKind.PLACE_UNKNOWN: gettext_lazy(
        "No part of the cluster fits, so nothing is set aside: all its cards must be of this "
        "model, and machines are closed only in the part that has the partition's name. Make it "
        "there, or name the partition alike here."
    ),
    ObstacleKind.NODE_UNKNOWN: gettext_lazy(
        "The part has no machine of that name; end the window and name another."
    ),
    ObstacleKind.TOO_FEW_NODES: gettext_lazy(
        "The part has fewer machines than are to be set aside, so none is; award fewer cards, or "
        "add machines."
    ),
}
WAITS: dict[Holds, Promise] = {
    Holds.TURN: gettext_lazy("Others are before it in the queue; it begins in its turn."),
    Holds.CARDS: gettext_lazy("No cards are free that fit; it begins when some are."),
    Holds.ALLOWANCE: gettext_lazy(
        "At its time limit it could use more than the award has left. Ask for less time or fewer "
        "cards, or ask for a supplement."
    ),
    Holds.CARDS_AT_ONCE: gettext_lazy(
        "The award holds as many cards as it may at once; it begins when one of its jobs ends."
    ),
    Holds.CLOSED: gettext_lazy(
        "The award or the member may not begin jobs now; the award's page says why."
    ),
    Holds.JOBS_AT_ONCE: gettext_lazy("As many jobs run or wait as may; it begins when one ends."),
    Holds.TOO_LONG: gettext_lazy("It asks for more time than a job may have. Ask for less time."),
    Holds.TOO_LARGE: gettext_lazy("It asks for more than any place there has. Ask for less."),
    Holds.NOT_YET: gettext_lazy("It is to begin later, or after another job."),
    Holds.NEVER: gettext_lazy("What it waits for cannot come true any more. Cancel it."),
    Holds.HELD: gettext_lazy("A person holds it back; who holds it can release it."),
    Holds.MACHINES: gettext_lazy(
        "Nodes or partitions that it needs are out of service. It begins when they are back; the "
        "operator knows when. If it names nodes or a partition, it may ask for others."
    ),
    Holds.RESERVED: gettext_lazy(
        "The nodes are set aside for others, or the reservation that it names is over. One that "
        "ends before the reservation begins may start now: ask for less time, or name no "
        "reservation."
    ),
    Holds.LICENCES: gettext_lazy(
        "A licence or a disk that it asks for is not free. It begins when a job that has it ends, "
        "or without asking for it."
    ),
    Holds.NOT_ALLOWED: gettext_lazy(
        "Its account, partition and class of service do not go together. Choose others."
    ),
    Holds.SYSTEM: gettext_lazy(
        "The cluster has just taken it and not yet looked at it, or could not begin it. If this "
        "stands for more than some minutes, submit it again, or tell the operator."
    ),
    Holds.UNKNOWN: gettext_lazy("The cluster gives a reason that Praya does not know."),
}


ADOPTIONS: dict[AdoptionKind, Promise] = {
    AdoptionKind.CARDS: gettext_lazy("Fewer cards at once than the award has"),
    AdoptionKind.CLOSED: gettext_lazy("Closed to jobs on this cluster"),
    AdoptionKind.ACCOUNT: gettext_lazy("An account made by others becomes the award's"),
}


STALE: dict[Asked, Promise] = {
    Asked.AWARDS: gettext_lazy(
        "%(cluster)s has not answered since %(since)s, so what it is to hold could not be compared "
        "with what it holds. It goes on enforcing what it was last told."
    ),
    Asked.ACCOUNTS: gettext_lazy(
        "%(cluster)s has not answered since %(since)s when asked for its accounts. What was used "
        "there is as of %(as_of)s: settled and in flight may be behind, and free may be less than "
        "it says. What ended meanwhile is charged when the cluster answers."
    ),
    Asked.JOBS: gettext_lazy(
        "%(cluster)s has not told since %(since)s what waits and runs there. What stands here is "
        "as of %(as_of)s."
    ),
}


def stale_sentence(stale: Stale) -> str:
    """Which figures of a cluster are from before, since when, and what happens next."""
    as_of = instant(stale.as_of) if stale.as_of else _("never")
    told = {"cluster": stale.name, "since": instant(stale.since), "as_of": as_of}
    return str(STALE[stale.asked]) % told


def adoption_sentence(kind: str) -> str:
    """What is taken over of a cluster."""
    return str(ADOPTIONS[AdoptionKind(kind)])


def setting_sentence(code: str) -> str:
    """What depends on a setting."""
    return str(SETTINGS[code])


def changed_by(name: str) -> str:
    """Who changed something by the cluster's trail; Praya is in it too where it runs as root."""
    return _("%s (or Praya itself)") % name if name and name == own_user() else name


def step_sentence(kind: str) -> str:
    """What a step does."""
    return str(STEPS[StepKind(kind)])


def obstacle_sentence(kind: str) -> str:
    """What stands in the way, and what a person can do."""
    return str(OBSTACLES[ObstacleKind(kind)])


def aside_sentence(obstacle: str, said: str) -> str:
    """Why nodes are not set aside as wanted, and what happens next; empty where they are."""
    if obstacle:
        return obstacle_sentence(obstacle)
    if not said:
        return ""
    return _(
        "The cluster could not set the nodes aside and is asked again every half minute; as a rule "
        "another reservation has them. It said: %(said)s"
    ) % {"said": said}
