"""Addresses of the pages about awards, decisions and the committee."""

from __future__ import annotations

from django.urls import URLPattern, path

from praya.web.awards import committee, conditions, deciding, leading, members, offers, pages

urlpatterns: list[URLPattern] = [
    path("awards/", pages.award_list, name="award-list"),
    path("awards/<slug:code>/", pages.award, name="award"),
    path("awards/<slug:code>/entries/", pages.entries, name="award-entries"),
    path("awards/<slug:code>/agreement/<int:number>/", offers.agreement, name="award-agreement"),
    path("awards/<slug:code>/accept/", offers.accept, name="award-accept"),
    path("awards/<slug:code>/decline/", offers.decline, name="award-decline"),
    path("awards/<slug:code>/conditions/", conditions.conditions, name="award-conditions"),
    path("awards/<slug:code>/lead/", leading.lead, name="award-lead"),
    path("lead-changes/<int:change_id>/", leading.lead_change, name="lead-change"),
    path("awards/<slug:code>/members/", members.members, name="award-members"),
    path("members/<int:member_id>/remove/", members.remove, name="member-remove"),
    path("awards/<slug:code>/suspend/", pages.suspend, name="award-suspend"),
    path("awards/<slug:code>/resume/", pages.resume, name="award-resume"),
    path("committee/", committee.rounds, name="committee"),
    path("committee/<slug:code>/<int:round_id>/", committee.round_page, name="committee-round"),
    path("committee/<slug:code>/<int:round_id>/release/", committee.release, name="release-round"),
    path("applications/<slug:code>/decide/", deciding.decide_page, name="decide"),
    path("applications/<slug:code>/decision/", deciding.decision, name="decision"),
    path("applications/<slug:code>/recuse/", deciding.recuse_page, name="recuse"),
    path("applications/<slug:code>/amounts/", deciding.amounts, name="amounts"),
    path("decisions/<int:decision_id>/release/", committee.release_one, name="release-decision"),
]
