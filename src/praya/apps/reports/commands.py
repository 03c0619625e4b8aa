"""What changes reports: the public snapshot is taken anew, and books are proved."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from praya.apps.books.queries import BookFinding, head_of, verify_book
from praya.apps.people.commands import record
from praya.apps.people.letters import send_letter
from praya.apps.people.queries import site_admins
from praya.apps.programmes.queries import people_holding, programme_of
from praya.apps.reports.models import BookProof, Snapshot
from praya.apps.reports.queries import figures_of
from praya.apps.reports.queries.proofs import is_unproved, last_proof, proofs_of, resealed
from praya.apps.reports.rules import NOT_PROVED
from praya.core.actor import Actor, Role

_KEPT = 400


@transaction.atomic
def take_snapshot(*, programme_code: str, now: datetime) -> Snapshot:
    """Reckon the public figures and keep them; public pages show the latest.

    May be repeated; the same instant gives the same figures. The last 400 are kept, as history.
    Nobody is asked who they are: only Praya's own rounds take snapshots, and they tell nothing new.
    """
    programme = programme_of(programme_code)
    snapshot = Snapshot.objects.create(
        programme=programme, taken_at=now, figures=figures_of(programme_code, now)
    )
    kept = Snapshot.objects.filter(programme=programme).order_by("-id")[:_KEPT]
    old = Snapshot.objects.filter(programme=programme).exclude(id__in=[one.id for one in kept])
    old.delete()
    return snapshot


def prove_book(programme_code: str, *, now: datetime) -> BookProof:
    """Prove a book, and tell who answers for one that does not hold.

    Finance, auditors and site admins are told once of the same findings. Nobody who writes in a
    book waits for its proof: it is read as of one instant, outside of any transaction. Where it
    holds in itself, it is held against the seals that earlier proofs kept. The last 400 proofs of a
    book are kept.

    Raises:
        OUTAGES: the book could not be read now; see ``note_unproved``.

    """
    programme, head = programme_of(programme_code), head_of(programme_code)
    findings = verify_book(programme_code)[1] or resealed(programme_code)
    proof = BookProof(
        programme=programme,
        proved_at=now,
        entries=head.entries,
        head_sha256=head.sha256,
        findings=[asdict(one) for one in findings],
    )
    return _keep(proof)


def note_unproved(programme_code: str, *, now: datetime) -> BookProof | None:
    """Tell who answers for a book that it could not be read for two days; ``None`` before.

    They are told once, until it is proved again.
    """
    programme = programme_of(programme_code)
    if not is_unproved(programme, now):
        return None
    finding = BookFinding(NOT_PROVED, where=programme_code)
    return _keep(
        BookProof(programme=programme, proved_at=now, entries=0, findings=[asdict(finding)])
    )


@transaction.atomic
def _keep(proof: BookProof) -> BookProof:
    """Keep a proof, and tell of what it found, but for what the last one found."""
    before = last_proof(proof.programme.code)
    proof.save(force_insert=True)
    kept = proofs_of(proof.programme.code)[:_KEPT].values_list("id", flat=True)
    BookProof.objects.filter(programme=proof.programme).exclude(id__in=list(kept)).delete()
    if proof.findings and (before is None or before.findings != proof.findings):
        _tell_of(proof)
    return proof


def _tell_of(proof: BookProof) -> None:
    code, now = proof.programme.code, proof.proved_at
    first = proof.findings[0]
    facts = {"finding": first["code"], "entry": first["entry"], "where": first["where"]}
    answer = [*people_holding(code, Role.FINANCE, now), *people_holding(code, Role.AUDITOR, now)]
    for person in {one.pk: one for one in [*answer, *site_admins()]}.values():
        send_letter("book.broken", to=person, programme=code, **facts)
    record(
        "book.not_proved" if proof.could_not_read else "book.broken",
        subject=("book", code),
        by=Actor.praya("proofs"),
        now=now,
        programme_code=code,
        **facts,
    )
