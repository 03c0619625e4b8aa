"""Why jobs wait on a real Slurm: its own words, and what each means here.

Those of an award's allowance, cards at once, end and suspension are in ``test_limits``.
"""

import pytest
from tests.slurm.conftest import ASCEND, H800, ON_SLURM, USERS, instant, until

from praya.core.execution.waiting import Holds

pytestmark = ON_SLURM
# A class of service for each limit: what it is told, and the word for a job of two cards under it.
QUALITIES = {
    "MaxJobsPerUser=0": ("QOSMaxJobsPerUserLimit", Holds.JOBS_AT_ONCE),
    "MaxJobsPerAccount=0": ("MaxJobsPerAccount", Holds.JOBS_AT_ONCE),
    "MaxTRESPerUser=gres/gpu=1": ("QOSMaxGRESPerUser", Holds.CARDS_AT_ONCE),
    "MaxTRESPerAccount=gres/gpu=1": ("MaxGRESPerAccount", Holds.CARDS_AT_ONCE),
    "MaxTRESPerJob=gres/gpu=1": ("QOSMaxGRESPerJob", Holds.TOO_LARGE),
    "MaxTRESMinsPerJob=gres/gpu=1": ("QOSMaxGRESMinutesPerJob", Holds.TOO_LARGE),
    "MinTRESPerJob=gres/gpu=4": ("QOSMinGRES", Holds.NOT_ALLOWED),
    "MaxWall=1": ("QOSMaxWallDurationPerJobLimit", Holds.TOO_LONG),
    "GrpTRES=gres/gpu=1": ("QOSGrpGRES", Holds.CARDS_AT_ONCE),
    "GrpTRESMins=gres/gpu=1": ("QOSGrpGRESMinutes", Holds.ALLOWANCE),
    "GrpJobs=0": ("QOSGrpJobsLimit", Holds.JOBS_AT_ONCE),
}
# Limits that Praya never sets, on accounts: the word for a job of two nodes, four CPUs and two
# cards under each.
ACCOUNTS = {
    "GrpTRES=cpu=0": ("AssocGrpCpuLimit", Holds.CARDS_AT_ONCE),
    "GrpTRES=node=0": ("AssocGrpNodeLimit", Holds.CARDS_AT_ONCE),
    "GrpTRES=mem=1": ("AssocGrpMemLimit", Holds.CARDS_AT_ONCE),
    "GrpTRES=billing=0": ("AssocGrpBilling", Holds.CARDS_AT_ONCE),
    "GrpTRESMins=cpu=1": ("AssocGrpCPUMinutesLimit", Holds.ALLOWANCE),
    "GrpTRESMins=node=1": ("AssocGrpNodeMinutes", Holds.ALLOWANCE),
    "GrpTRESMins=mem=1": ("AssocGrpMemMinutes", Holds.ALLOWANCE),
    "GrpTRESMins=billing=1": ("AssocGrpBillingMinutes", Holds.ALLOWANCE),
    "GrpTRESRunMins=cpu=1": ("AssocGrpCPURunMinutesLimit", Holds.CARDS_AT_ONCE),
    "GrpTRESRunMins=gres/gpu=1": ("AssocGrpGRESRunMinutes", Holds.CARDS_AT_ONCE),
    "GrpWall=1": ("AssocGrpWallLimit", Holds.ALLOWANCE),
    "MaxTRES=cpu=1": ("AssocMaxCpuPerJobLimit", Holds.TOO_LARGE),
    "MaxTRES=node=1": ("AssocMaxNodePerJobLimit", Holds.TOO_LARGE),
    "MaxTRES=mem=1": ("AssocMaxMemPerJob", Holds.TOO_LARGE),
    "MaxTRES=billing=1": ("AssocMaxBillingPerJob", Holds.TOO_LARGE),
    "MaxTRES=gres/gpu=1": ("AssocMaxGRESPerJob", Holds.TOO_LARGE),
    "MaxTRESPerNode=cpu=1": ("AssocMaxCpuPerNode", Holds.TOO_LARGE),
    "MaxTRESMins=cpu=1": ("AssocMaxCpuMinutesPerJobLimit", Holds.TOO_LARGE),
    "MaxTRESMins=gres/gpu=1": ("AssocMaxGRESMinutesPerJob", Holds.TOO_LARGE),
    "MaxJobs=0": ("AssocMaxJobsLimit", Holds.JOBS_AT_ONCE),
}
# The same of classes of service.
CLASSES = {
    "GrpTRES=cpu=0": ("QOSGrpCpuLimit", Holds.CARDS_AT_ONCE),
    "GrpTRES=node=0": ("QOSGrpNodeLimit", Holds.CARDS_AT_ONCE),
    "GrpTRES=mem=1": ("QOSGrpMemLimit", Holds.CARDS_AT_ONCE),
    "GrpTRES=billing=0": ("QOSGrpBilling", Holds.CARDS_AT_ONCE),
    "GrpTRESMins=cpu=1": ("QOSGrpCPUMinutesLimit", Holds.ALLOWANCE),
    "GrpTRESMins=mem=1": ("QOSGrpMemoryMinutes", Holds.ALLOWANCE),
    "GrpTRESMins=billing=1": ("QOSGrpBillingMinutes", Holds.ALLOWANCE),
    "GrpTRESRunMins=cpu=1": ("QOSGrpCPURunMinutesLimit", Holds.CARDS_AT_ONCE),
    "GrpWall=1": ("QOSGrpWallLimit", Holds.ALLOWANCE),
    "MaxTRESPerJob=cpu=1": ("QOSMaxCpuPerJobLimit", Holds.TOO_LARGE),
    "MaxTRESPerJob=node=1": ("QOSMaxNodePerJobLimit", Holds.TOO_LARGE),
    "MaxTRESPerJob=mem=1": ("QOSMaxMemoryPerJob", Holds.TOO_LARGE),
    "MaxTRESPerNode=cpu=1": ("QOSMaxCpuPerNode", Holds.TOO_LARGE),
    "MaxTRESMins=cpu=1": ("QOSMaxCpuMinutesPerJobLimit", Holds.TOO_LARGE),
    "MaxTRESPerUser=cpu=1": ("QOSMaxCpuPerUserLimit", Holds.CARDS_AT_ONCE),
    "MaxTRESPerUser=node=1": ("QOSMaxNodePerUserLimit", Holds.CARDS_AT_ONCE),
    "MaxTRESPerUser=mem=1": ("QOSMaxMemoryPerUser", Holds.CARDS_AT_ONCE),
    "MaxTRESPerAccount=cpu=1": ("MaxCpuPerAccount", Holds.CARDS_AT_ONCE),
    "MaxTRESPerAccount=node=1": ("MaxNodePerAccount", Holds.CARDS_AT_ONCE),
    "MaxTRESPerAccount=mem=1": ("MaxMemoryPerAccount", Holds.CARDS_AT_ONCE),
    "MinTRESPerJob=cpu=100": ("QOSMinCpuNotSatisfied", Holds.NOT_ALLOWED),
    "MinTRESPerJob=node=9": ("QOSMinNode", Holds.NOT_ALLOWED),
    "MinTRESPerJob=mem=900000": ("QOSMinMemory", Holds.NOT_ALLOWED),
}
# What is changed of a partition while a job waits for it.
PARTITIONS = {
    "state=inactive": ("PartitionInactive", Holds.MACHINES, "partition"),
    "maxmempernode=1": ("MaxMemPerLimit", Holds.TOO_LARGE, ""),
    "allowaccounts=root": ("Job's account not permitted", Holds.NOT_ALLOWED, ""),
    "allowqos=praya-gone": ("Job's QOS not permitted", Holds.NOT_ALLOWED, "class-of-service"),
}
THERE = "--partition=ascend910b"
SMALL = ("--gres=gpu:ascend910b:1", THERE, "--time=5")


def tasks_waiting(award, array):
    """What is left to wait of an array of two, once the other runs."""
    tasks = [one for one in award.slurm.alive() if one.job_id.startswith(f"{array}_")]
    waiting = [one.job_id for one in tasks if one.began_at is None]
    return waiting if len(tasks) > len(waiting) else []


def test_what_a_job_waits_for_is_told_by_the_words_of_a_real_slurm(award):
    award.hold(left_s={H800: 360_000, ASCEND: 360_000})
    wanted, ask = {}, award.cluster.ask
    names = {limit: f"praya-why-{number}" for number, limit in enumerate(QUALITIES)}
    ask("sacctmgr", "-i", "add", "qos", ",".join(names.values()))
    for limit, name in names.items():
        ask("sacctmgr", "-i", "modify", "qos", name, "set", limit)
    ask(
        "sacctmgr", "-i", "modify", "account", award.name, "set", f"qos+={','.join(names.values())}"
    )

    def waits(word, holds, whose, *options):
        wanted[award.submit(*options)] = word, holds, whose

    try:
        every = award.submit("--gres=gpu:ascend910b:8", THERE, "--time=10")
        until(lambda: award.state(every), lambda said: said.startswith("RUNNING"))
        gone = award.submit(*SMALL, "--hold")
        ask("scancel", gone)
        for limit, (word, holds) in QUALITIES.items():
            whose, few = "class-of-service", ("--gres=gpu:h800:2", "--time=5")
            waits(word, holds, whose, *few, f"--qos={names[limit]}")
        waits("Resources", Holds.CARDS, "", *SMALL)
        waits("Priority", Holds.TURN, "", *SMALL)
        waits("BeginTime", Holds.NOT_YET, "", *SMALL, "--begin=now+1hour")
        waits("Dependency", Holds.NOT_YET, "", *SMALL, f"--dependency=afterok:{every}")
        waits("DependencyNeverSatisfied", Holds.NEVER, "", *SMALL, f"--dependency=afterok:{gone}")
        waits("JobHeldUser", Holds.HELD, "", *SMALL, "--hold")
        held = award.submit(*SMALL, "--begin=now+1hour")
        ask("scontrol", "hold", held)
        wanted[held] = "JobHeldAdmin", Holds.HELD, ""
        waits("PartitionTimeLimit", Holds.TOO_LONG, "partition", *SMALL[:2], "--time=8-0")
        array = award.submit("--time=5", "--array=1-2%1")
        tasks = until(lambda: tasks_waiting(award, array), bool)
        wanted |= dict.fromkeys(tasks, ("JobArrayTaskLimit", Holds.NOT_YET, ""))
        ask("scontrol", "create", "reservation", "reservationname=later", "starttime=now+1hour",
            "duration=30", f"accounts={award.name}", "nodes=h800n02")  # fmt: skip
        waits("Reservation", Holds.RESERVED, "", "--reservation=later", "--time=5")
        ask("scontrol", "update", "nodename=h800n02", "state=drain", "reason=trial")
        waits("ReqNodeNotAvail", Holds.MACHINES, "", "--nodelist=h800n02", "--time=5")

        def told(job):
            [one] = [one for one in award.slurm.alive() if one.job_id == job]
            return one.reason.split(",")[0], one.holds, one.whose

        def otherwise():
            found = {one.job_id: one.reason.split(",")[0] for one in award.slurm.alive()}
            return {(job, found.get(job), word) for job, (word, *_) in wanted.items()
                    if found.get(job) != word}  # fmt: skip

        until(otherwise, lambda found: not found)
        assert {job: told(job) for job in wanted} == wanted
        ask("scontrol", "update", "partitionname=ascend910b", "state=down")
        [first] = [job for job, (word, *_) in wanted.items() if word == "Resources"]
        until(lambda: told(first), lambda it: it == ("PartitionDown", Holds.MACHINES, "partition"))
    finally:
        ask("scontrol", "update", "partitionname=ascend910b", "state=up")
        ask("scontrol", "update", "nodename=h800n02", "state=resume")
        award.cluster.end_jobs()
        award.cluster.try_to("scontrol", "delete", "reservationname=later")
        ask("sacctmgr", "-i", "delete", "qos", ",".join(names.values()))


def test_a_job_for_whole_nodes_is_told_as_it_will_be_held_and_charged(award):
    award.hold(left_s={H800: 360_000, ASCEND: 360_000})
    ask, since = award.cluster.ask, instant() - 60
    ask("scontrol", "create", "partitionname=whole", "nodes=ascn01", "oversubscribe=exclusive")
    short = ("--time=5", "--begin=now+1hour")
    asked = {
        award.submit("--gres=gpu:h800:2", "--exclusive", *short): (8, 1, 2, H800),
        award.submit("--gres=gpu:1", "--nodes=2", "--exclusive", *short): (16, 2, 2, H800),
        award.submit("--gpus=10", "--exclusive", *short): (16, 2, 10, H800),
        award.submit("--gres=gpu:1", "--partition=whole", *short): (8, 1, 1, ASCEND),
        award.submit("--exclusive", "--partition=ascend910b", *short): (8, 1, 0, ASCEND),
        award.submit("--gres=gpu:3", "--exclusive=user", *short): (3, 1, None, H800),
        award.submit("--gres=gpu:3", *short): (3, 1, None, H800),
    }

    def told(job):
        [one] = [one for one in award.slurm.alive() if one.job_id == job]
        return one.cards, one.nodes, one.cards_asked, one.device_model

    def charged(job):
        used = award.slurm.usage(since=since, until=instant()).in_flight
        return [(one.cards, one.device_model) for one in used if one.job_id == job]

    try:
        assert {job: told(job) for job in asked} == asked
        for job, (cards, nodes, _, model) in asked.items():
            ask("scontrol", "update", f"jobid={job}", "starttime=now")
            assert until(lambda job=job: charged(job), bool) == [(cards, model)]
            assert told(job) == (cards, nodes, None, model)
            ask("scancel", job)
    finally:
        award.cluster.end_jobs()
        ask("scontrol", "delete", "partitionname=whole")


def test_slurm_holds_the_cards_at_once_against_whole_nodes(award):
    award.hold(left_s={H800: 360_000}, cards_at_once=4)
    job = award.submit("--gres=gpu:h800:2", "--exclusive", "--time=5")

    until(lambda: award.state(job), lambda said: said == "PENDING AssocGrpGRES")
    assert [one.cards for one in award.slurm.alive() if one.job_id == job] == [8]


@pytest.fixture
def strange(award):
    """Accounts and classes of service with those limits, by limit; and partitions."""
    award.hold()
    ask, by = award.cluster.ask, {}
    for number, limit in enumerate(ACCOUNTS):
        by[f"account {limit}"] = f"strange-{number}"
        ask("sacctmgr", "-i", "add", "account", f"name=strange-{number}", limit)
    accounts = ",".join(by.values())
    ask("sacctmgr", "-i", "add", "account", "name=strange-gone")
    ask("sacctmgr", "-i", "add", "user", USERS[0], f"account={accounts},strange-gone")
    classes = {f"class {limit}": f"praya-{number}" for number, limit in enumerate(CLASSES)}
    names = ",".join(classes.values())
    ask("sacctmgr", "-i", "add", "qos", f"{names},praya-gone")
    for limit, name in zip(CLASSES, classes.values(), strict=True):
        ask("sacctmgr", "-i", "modify", "qos", name, "set", limit)
    ask("sacctmgr", "-i", "modify", "account", award.name, "set", f"qos+={names},praya-gone")
    parts = {f"partition {change}": f"part-{n}" for n, change in enumerate(PARTITIONS)}
    for name in parts.values():
        ask("scontrol", "create", f"partitionname={name}", "nodes=ascn01")
    ask("scontrol", "update", "nodename=ascn01", "features=old")
    yield by | classes | parts
    award.cluster.end_jobs()
    for name in parts.values():
        ask("scontrol", "delete", f"partitionname={name}")
    until(lambda: is_deleted(award, accounts), bool)
    ask("sacctmgr", "-i", "delete", "qos", names)


def is_deleted(award, accounts):
    """Not while a job of theirs lives in the database, which learns of it some seconds later."""
    done = award.cluster.try_to("sacctmgr", "-i", "delete", "account", accounts)
    assert done.returncode == 0 or "Job(s) active" in done.stderr, done.stderr
    return done.returncode == 0


def test_limits_that_praya_never_sets_and_what_changes_while_a_job_waits_are_told(award, strange):
    ask, wanted = award.cluster.ask, {}
    account, large = f"--account={award.name}", ("--nodes=2", "--gres=gpu:1", "--cpus-per-task=2")
    for limit, (word, holds) in ACCOUNTS.items():
        under = f"--account={strange[f'account {limit}']}"
        wanted[award.submit("--time=5", *large, under)] = word, holds, "account"
    for limit, (word, holds) in CLASSES.items():
        under = f"--qos={strange[f'class {limit}']}"
        wanted[award.submit("--time=5", *large, under)] = word, holds, "class-of-service"

    gate = award.submit("--time=5", "--hold")

    def later(word, holds, whose, *options):
        """One that is looked at once what it needs was changed, and not before."""
        waits = f"--dependency=afterany:{gate}"
        wanted[award.submit("--time=5", waits, *options)] = word, holds, whose

    for change, words in PARTITIONS.items():
        later(*words, f"--partition={strange[f'partition {change}']}")
    later("BadConstraints", Holds.NEVER, "", THERE, "--constraint=old")
    later("InvalidQOS", Holds.NOT_ALLOWED, "", "--qos=praya-gone")
    later("PartitionNodeLimit", Holds.TOO_LARGE, "partition", THERE, "--nodes=2")
    first = award.submit("--time=5", account, "--licenses=trial:1")
    later("Licenses", Holds.LICENCES, "", "--licenses=trial:1")
    for change in PARTITIONS:
        ask("scontrol", "update", f"partitionname={strange[f'partition {change}']}", change)
    ask("scontrol", "update", "nodename=ascn01", "activefeatures=")
    ask("scontrol", "update", "nodename=ascn01", "availablefeatures=")
    ask("sacctmgr", "-i", "delete", "qos", "praya-gone")

    def of_a_deleted_account():
        """It outlives its account if the database is asked before it learns of the job."""
        later("InvalidAccount", Holds.NOT_ALLOWED, "", "--account=strange-gone")
        if not (has_worked := is_deleted(award, "strange-gone")):
            job, _ = wanted.popitem()
            ask("scancel", job)
        return has_worked

    until(of_a_deleted_account, bool)
    ask("scancel", gate)

    def told():
        there = {one.job_id: one for one in award.slurm.alive()}
        return {
            job: (word if there[job].reason.startswith(word) else there[job].reason,
                  there[job].holds, there[job].whose)
            for job, (word, *_) in wanted.items() if job in there
        }  # fmt: skip

    until(lambda: wanted.items() ^ told().items(), lambda differs: not differs)
    ask("scontrol", "requeuehold", first)
    wanted[first] = "job requeued in held state", Holds.HELD, ""
    until(lambda: told().get(first), lambda found: found == wanted[first])
