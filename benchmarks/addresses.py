"""Which pages and endpoints are measured, and who looks at them.

People and things are found in the scratch site: the ones with the most behind them, since a page is
as slow as its longest case.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count

from praya.apps.applications.models import Application
from praya.apps.awards.models import Award
from praya.apps.billing.models import Invoice
from praya.apps.changes.models import Change, Debt
from praya.apps.enforcement.models import ClusterJob
from praya.apps.forecasts.models import Forecast
from praya.apps.notices.models import Letter
from praya.apps.people.models import Person
from praya.apps.programmes.models import Round
from praya.apps.reviews.models import Review
from praya.apps.usage.models import Charge, Job

API = "/api/v1"
CODE = "harbour"


@dataclass(frozen=True)
class Address:
    """A page to measure; ``is_list``: its queries must not grow with its rows."""

    name: str
    path: str
    who: Person | None = None
    is_list: bool = False


def addresses() -> list[Address]:
    """Every page that is measured."""
    return [
        *_public(),
        *_applicants(),
        *_leads(),
        *_desks(),
        *_staffs(),
        *_beside(),
        *_on_clusters(),
        *_forecasts(),
        *_apis(),
    ]


def _staff(role: str) -> Person:
    return Person.objects.filter(appointments__role=role).order_by("pk")[0]


def _busiest_award() -> Award:
    active = Award.objects.filter(state="active").annotate(size=Count("jobs"))
    return active.order_by("-size", "pk")[0]


def _case(state: str) -> Application:
    found = Application.objects.filter(state=state).order_by("pk").first()
    return found or Application.objects.order_by("pk")[0]


def _public() -> list[Address]:
    return [
        Address("home, anonymous", "/"),
        Address("programmes", "/programmes/", is_list=True),
        Address("programme", f"/programmes/{CODE}/"),
        Address("rules in force", f"/programmes/{CODE}/rules/1/"),
        Address("public figures", f"/programmes/{CODE}/figures/"),
        Address("public awards", f"/programmes/{CODE}/awards/", is_list=True),
        Address("sign in", "/account/login/"),
    ]


def _applicants() -> list[Address]:
    award = _busiest_award()
    lead = award.lead
    job = Job.objects.filter(award=award).order_by("-pk").first() or Job.objects.order_by("pk")[0]
    month = f"/awards/{award.code}/statements/2027-02/"
    return [
        Address("home, lead", "/", lead),
        Address("organisations", "/organisations/", lead, is_list=True),
        Address("applications, lead", "/applications/", lead, is_list=True),
        Address("case, lead", f"/applications/{award.application.code}/", lead),
        Address("awards, lead", "/awards/", lead, is_list=True),
        Address("award, lead", f"/awards/{award.code}/", lead),
        Address("award entries, lead", f"/awards/{award.code}/entries/", lead, is_list=True),
        Address("award members, lead", f"/awards/{award.code}/members/", lead),
        Address("another lead", f"/awards/{award.code}/lead/", lead),
        Address("decision, lead", f"/applications/{award.application.code}/decision/", lead),
        Address("organisation, lead", f"/organisations/{award.organisation_id}/", lead),
        Address("statements, lead", f"/awards/{award.code}/statements/", lead, is_list=True),
        Address("statement, lead", month, lead, is_list=True),
        Address("jobs, lead", "/jobs/", lead, is_list=True),
        Address("new job, lead", "/jobs/new/", lead),
        Address("job, lead", f"/jobs/{job.code}/", job.member),
    ]


def _leads() -> list[Address]:
    """What a lead reads of an award beside its use."""
    award = _busiest_award()
    at, lead = f"/awards/{award.code}", award.lead
    job = Job.objects.filter(award=award).order_by("-pk").first()
    charge = Charge.objects.filter(award=award).order_by("-pk").first()
    pages = [
        Address("invoices, lead", f"{at}/invoices/", lead, is_list=True),
        Address("claims, lead", f"{at}/claims/", lead, is_list=True),
        Address("changes, lead", f"{at}/changes/", lead, is_list=True),
        Address("ask for more, lead", f"{at}/changes/supplement/", lead),
        Address("life, lead", f"{at}/life/", lead),
        Address("outlook, lead", f"{at}/outlook/", lead),
        Address("wishes, lead", "/me/notices/", lead),
        Address("why free, lead", f"{at}/why/free/", lead),
        Address("why a statement, lead", f"{at}/statements/2027-02/why/", lead),
    ]
    if job is not None:
        pages.append(Address("why a job, lead", f"/jobs/{job.code}/why/", lead))
    if charge is not None:
        pages.append(Address("why a charge, lead", f"/charges/{charge.usage.key}/why/", lead))
    return pages


def _beside() -> list[Address]:
    """Lists and details of billing, changes and notices, as staff sees them."""
    finance, officer, member = _staff("finance"), _staff("officer"), _staff("committee")
    change = Change.objects.filter(state="asked").order_by("pk")[0]
    debt = Debt.objects.order_by("pk")[0]
    letter = Letter.objects.order_by("pk")[0]
    invoice = Invoice.objects.order_by("pk").first()
    pages = [
        Address("invoices", f"/finance/{CODE}/invoices/", finance, is_list=True),
        Address("ageing", f"/finance/{CODE}/ageing/", finance, is_list=True),
        Address("periods", f"/finance/{CODE}/periods/", finance, is_list=True),
        Address("claims", f"/finance/{CODE}/claims/", finance, is_list=True),
        Address("subsidies", f"/finance/{CODE}/subsidies/", finance, is_list=True),
        Address("changes", "/changes/", officer, is_list=True),
        Address("change", f"/changes/{change.pk}/", officer),
        Address("appeals", "/appeals/", officer, is_list=True),
        Address("years", f"/finance/{CODE}/years/", finance),
        Address("debts", f"/finance/{CODE}/debts/", finance, is_list=True),
        Address("debt", f"/debts/{debt.pk}/", finance),
        Address("waiting list", f"/waiting-list/{CODE}/", member, is_list=True),
        Address("life ahead", f"/programmes/{CODE}/life/", officer, is_list=True),
        Address("outbox", f"/programmes/{CODE}/outbox/", officer, is_list=True),
        Address("letter", f"/letters/{letter.pk}/", officer),
        Address("web hooks", f"/finance/{CODE}/hooks/", finance, is_list=True),
        Address("corrections", f"/finance/{CODE}/corrections/", finance, is_list=True),
    ]
    if invoice is not None:
        pages.append(Address("invoice", f"/invoices/{invoice.code}/", finance))
    return pages


def _desks() -> list[Address]:
    officer, member = _staff("officer"), _staff("committee")
    in_review, to_decide = _case("in-review"), _case("to-decide")
    review = Review.objects.filter(state="open").order_by("pk").first()
    review = review or Review.objects.order_by("pk")[0]
    rounds = Round.objects.filter(programme__code=CODE).annotate(size=Count("applications"))
    ranked = rounds.order_by("-size", "pk")[0]
    return [
        Address("home, officer", "/", officer),
        Address("home, reviewer", "/", review.reviewer),
        Address("home, committee", "/", member),
        Address("desk queue", f"/desk/{CODE}/", officer, is_list=True),
        Address("applications, officer", "/applications/", officer, is_list=True),
        Address("case, officer", f"/applications/{in_review.code}/", officer),
        Address("reviews of a case", f"/applications/{in_review.code}/reviews/", officer),
        Address("reviews, reviewer", "/reviews/", review.reviewer, is_list=True),
        Address("review, reviewer", f"/reviews/{review.pk}/", review.reviewer),
        Address("committee", "/committee/", member, is_list=True),
        Address("ranking", f"/committee/{CODE}/{ranked.pk}/", member, is_list=True),
        Address("decide", f"/applications/{to_decide.code}/decide/", member),
        Address("awards, officer", "/awards/", officer, is_list=True),
    ]


def _staffs() -> list[Address]:
    finance, auditor, operator = _staff("finance"), _staff("auditor"), _staff("operator")
    keeper = Person.objects.get(is_site_admin=True)
    return [
        Address("home, operator", "/", operator),
        Address("home, finance", "/", finance),
        Address("home, auditor", "/", auditor),
        Address("home, site admin", "/", keeper),
        Address("finance", f"/finance/{CODE}/", finance, is_list=True),
        Address("book", f"/finance/{CODE}/book/", finance, is_list=True),
        Address("trail", f"/programmes/{CODE}/trail/", auditor, is_list=True),
        Address("jobs, operator", "/jobs/", operator, is_list=True),
        Address("clusters", "/clusters/", operator, is_list=True),
        Address("cluster", "/clusters/quay/", operator),
        Address("programme people", f"/programmes/{CODE}/people/", keeper, is_list=True),
    ]


def _on_clusters() -> list[Address]:
    """What a Slurm has that holds awards."""
    operator, lead = _staff("operator"), _busiest_award().lead
    job = ClusterJob.objects.order_by("pk")[0]
    at = f"/clusters/{job.link.cluster.code}"
    return [
        Address("jobs on clusters", "/jobs/on-clusters/", operator, is_list=True),
        Address("jobs on clusters, lead", "/jobs/on-clusters/", lead, is_list=True),
        Address("job on a cluster", f"{at}/jobs/{job.number}/", job.award.lead),
        Address("held on a cluster", f"{at}/held/", operator, is_list=True),
        Address("aside on a cluster", f"{at}/aside/", operator, is_list=True),
        Address("sums of a cluster", f"{at}/completeness/", operator, is_list=True),
    ]


def _forecasts() -> list[Address]:
    officer = _staff("officer")
    asked = Forecast.objects.order_by("pk")[0]
    return [
        Address("forecasts", "/forecasts/", officer, is_list=True),
        Address("forecast", f"/forecasts/{asked.code}/", officer),
        Address("ask for a forecast", f"/programmes/{CODE}/forecasts/new/", officer),
    ]


def _apis() -> list[Address]:
    award = _busiest_award()
    officer, auditor, finance = _staff("officer"), _staff("auditor"), _staff("finance")
    operator, lead = _staff("operator"), award.lead
    return [
        Address("api: me", f"{API}/me", lead),
        Address("api: organisations", f"{API}/organisations", lead, is_list=True),
        Address("api: programmes", f"{API}/programmes", lead, is_list=True),
        Address("api: calls", f"{API}/calls", lead, is_list=True),
        Address("api: applications", f"{API}/applications", officer, is_list=True),
        Address("api: desk", f"{API}/programmes/{CODE}/desk", officer, is_list=True),
        Address("api: case", f"{API}/applications/{award.application.code}", lead),
        Address("api: reviews", f"{API}/reviews", _staff("reviewer"), is_list=True),
        Address("api: awards", f"{API}/awards", officer, is_list=True),
        Address("api: award", f"{API}/awards/{award.code}", lead),
        Address("api: entries of an award", f"{API}/awards/{award.code}/entries", lead, True),
        Address("api: statement", f"{API}/awards/{award.code}/statements/2027-02", lead, True),
        Address("api: jobs", f"{API}/jobs", operator, is_list=True),
        Address("api: pools", f"{API}/programmes/{CODE}/pools", finance, is_list=True),
        Address("api: entries", f"{API}/programmes/{CODE}/entries", finance, is_list=True),
        Address("api: trail", f"{API}/programmes/{CODE}/trail", auditor, is_list=True),
        Address("api: public awards", f"{API}/programmes/{CODE}/public-awards", None, True),
        Address("api: clusters", f"{API}/clusters", operator, is_list=True),
    ]
