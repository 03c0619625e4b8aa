"""Documents of a case: listed, and handed out so that no browser runs what is in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from praya.apps.applications.queries import DraftForm, attachment_of, path_of
from praya.apps.applications.rules.documents import CONTENT_TYPES
from praya.apps.applications.rules.problems import attachments_for
from praya.core.programme.parts import OrganisationKind
from praya.web.actors import actor
from praya.web.guards import signed_in
from praya.words.languages import in_readers_language
from praya.words.quantities import number
from praya.words.series import listed

if TYPE_CHECKING:
    from praya.apps.applications.models import Attachment

MEBIBYTE = 1024 * 1024


@require_safe
@cache_control(private=True, no_store=True)
@signed_in
def attachment(request: HttpRequest, code: str, attachment_id: int) -> HttpResponse:
    """Hand a document out as a file to keep, with its type and nothing a browser would run."""
    found = attachment_of(code, attachment_id, actor(request))
    response = HttpResponse(path_of(found).read_bytes(), content_type=found.content_type)
    disposition = content_disposition_header(as_attachment=True, filename=found.file_name)
    response.headers["Content-Disposition"] = disposition or "attachment"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def documents_context(form: DraftForm) -> dict[str, Any]:
    """Each document that is asked for, with what is there."""
    kind = OrganisationKind(form.application.organisation.kind)
    asked = [
        {
            "code": rule.code,
            "name": in_readers_language(rule.name),
            "is_required": rule.required,
            "present": [each for each in form.attachments if each.kind == rule.code],
        }
        for rule in attachments_for(form.rules, kind)
    ]
    return {
        "asked": asked,
        "endings": listed(sorted(CONTENT_TYPES)),
        "accept": ",".join(f".{ending}" for ending in sorted(CONTENT_TYPES)),
        "mebibytes": settings.PRAYA_ATTACHMENT_BYTES // MEBIBYTE,
    }


def size_said(found: Attachment) -> str:
    """The size of a document, in KiB, rounded up."""
    return _("%(size)s KiB") % {"size": number(-(-found.size // 1024))}
