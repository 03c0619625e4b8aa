"""Pages for auditors: the book as a whole, the trail of what was done, and the proof of both."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _

from praya.apps.books.access import (
    check_may_prove_book,
    may_prove_book,
    may_read_book,
    may_see_corrections,
)
from praya.apps.books.queries import (
    TrialBalance,
    entries_in,
    head_of,
    trial_balance_in_short,
    verify_book,
)
from praya.apps.people.queries import audit_lines, verify_trail
from praya.apps.programmes.queries import programme_of
from praya.apps.reports.queries.proofs import last_proof
from praya.core.actor import Role
from praya.core.refusal import NotAllowed, NotFound
from praya.web.actors import actor
from praya.web.badges import Link
from praya.web.entries import postings
from praya.web.guards import signed_in
from praya.web.reports.why import account_url
from praya.web.tables import Column, Table
from praya.words.entries import KINDS, postings_text, quantity_of
from praya.words.exports import BookFormat, book_file


@signed_in
def book(request: HttpRequest, code: str) -> HttpResponse:
    """Every entry of the book, its head, its trial balance; on demand, the proof."""
    programme = programme_of(code)
    by = actor(request)
    if not may_read_book(by, code):
        raise NotAllowed(action="book.read", needs=Role.AUDITOR.value)
    if request.method == "POST":
        check_may_prove_book(by, code)
    table = Table(
        request,
        name=f"book-{code}",
        caption=_("Entries"),
        rows=entries_in(code),
        columns=(
            Column("number", _("Number"), sort="number", align="end"),
            Column("at", _("At"), sort="at"),
            Column("kind", _("Kind"), lambda row: str(KINDS[row.kind]), sort="kind"),
            Column("subject", _("About"), sort="subject"),
            Column("postings", _("Postings"), postings, in_file=postings_text),
            Column("by_name", _("By"), sort="by_name"),
            Column(
                "sha256", _("Seal"), lambda row: row.sha256[:12], in_file=lambda row: row.sha256
            ),
        ),
        search=("subject__icontains", "key__icontains", "kind__icontains"),
        sort="-number",
        empty=_("The book is empty until the first pool is funded."),
    )
    balance = trial_balance_in_short(code)
    accounts = _accounts(request, code, balance)
    if accounts.is_asked_alone:
        return accounts.answer("web/reports/book.html")
    proof = verify_book(code) if request.method == "POST" else None
    context = {
        "programme": programme,
        "head": head_of(code),
        "sums": [
            (name, quantity_of(name, amount)) for name, amount in sorted(balance.sums.items())
        ],
        "accounts": accounts,
        "is_balance_asked": any(name.startswith(accounts.prefix) for name in request.GET),
        "proof": proof,
        "last_proof": last_proof(code),
        "may_prove": may_prove_book(by, code),
        "sees_corrections": may_see_corrections(by, code),
    }
    return table.answer("web/reports/book.html", context)


def _accounts(request: HttpRequest, code: str, balance: TrialBalance) -> Table:
    """Every account with its balance; each leads to its entries."""
    return Table(
        request,
        name=f"accounts-{code}",
        prefix="account-",
        caption=_("Trial balance"),
        rows=balance.accounts,
        columns=(
            Column(
                "account",
                _("Account"),
                lambda row: Link(
                    row.account, account_url(code, row.account, commodity=row.commodity)
                ),
                sort="account",
            ),
            Column("commodity", _("Commodity"), sort="commodity"),
            Column(
                "amount",
                _("Balance"),
                lambda row: quantity_of(row.commodity, row.amount),
                sort="amount",
                align="end",
            ),
        ),
        search=("account", "commodity"),
        empty=_("The book is empty until the first pool is funded."),
    )


@signed_in  # type: ignore[arg-type]  # a streamed answer is an answer, too
def book_as_file(
    request: HttpRequest, code: str, form: str
) -> HttpResponse | StreamingHttpResponse:
    """The whole book as a file of another program."""
    programme = programme_of(code)
    if not may_read_book(actor(request), code):
        raise NotAllowed(action="book.read", needs=Role.AUDITOR.value)
    if form not in {each.value for each in BookFormat}:
        raise NotFound(kind="format", key=form)
    file = book_file(code, programme.currency, BookFormat(form))
    answer = StreamingHttpResponse(file.content, content_type=file.media_type)
    answer["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return answer


@signed_in
def trail(request: HttpRequest, code: str) -> HttpResponse:
    """What was done in a programme, by whom and when; on demand, the proof of the chain."""
    programme = programme_of(code)
    by = actor(request)
    if not (by.is_admin or by.holds(code, Role.AUDITOR)):
        raise NotAllowed(action="trail.read", needs=Role.AUDITOR.value)
    table = Table(
        request,
        name=f"trail-{code}",
        caption=_("Trail"),
        rows=audit_lines(programme_code=code),
        columns=(
            Column("id", _("Number"), sort="id", align="end"),
            Column("at", _("At"), sort="at"),
            Column("action", _("What"), sort="action"),
            Column("subject", _("About"), lambda row: f"{row.subject_kind} {row.subject_key}"),
            Column("by_name", _("By"), sort="by_name"),
            Column("facts", _("Facts"), _facts),
            Column(
                "sha256", _("Seal"), lambda row: row.sha256[:12], in_file=lambda row: row.sha256
            ),
        ),
        search=("action__icontains", "subject_key__icontains", "by_name__icontains"),
        sort="-id",
        empty=_("Nothing has been done yet."),
    )
    proof = verify_trail() if request.method == "POST" else None
    return table.answer("web/reports/trail.html", {"programme": programme, "proof": proof})


def _facts(row: object) -> str:
    facts = getattr(row, "facts", {})
    return "; ".join(f"{name}: {value}" for name, value in sorted(facts.items()))
