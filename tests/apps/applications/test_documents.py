"""Documents: names that attack, contents that lie, archives that burst."""

from __future__ import annotations

import io
import os
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction
from tests.apps.applications.cases import (
    DECLARED,
    desk_officer,
    lead_of,
    make_applicant,
    reread,
    submit,
    written,
)
from tests.factories import make_programme

from praya.apps.applications.commands import (
    add_attachment,
    remove_attachment,
    return_application,
    submit_application,
    sweep_documents,
)
from praya.apps.applications.models import Attachment
from praya.apps.applications.queries import attachment_of, case_of, path_of
from praya.apps.applications.rules import (
    AttachmentEmpty,
    AttachmentHasMacros,
    AttachmentKindUnknown,
    AttachmentNotAsNamed,
    AttachmentsTooMany,
    AttachmentTooLarge,
    AttachmentTypeUnknown,
    AttachmentUnpacksTooLarge,
    DraftIncomplete,
    WrongState,
)
from praya.apps.applications.rules import documents as rules
from praya.core.refusal import NotAllowed, NotFound

PDF = b"%PDF-1.7\na small document"


def archive(**parts: bytes) -> bytes:
    """An archive with these parts; two underscores stand for a slash, one for a point."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name.replace("__", "/").replace("_", "."), content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("plan.pdf", "plan.pdf"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\plan.pdf", "plan.pdf"),
        ("C:\\plan.pdf", "plan.pdf"),
        ("/plan.pdf", "plan.pdf"),
        (".htaccess", "htaccess"),
        ("..", "document"),
        ("", "document"),
        ("a\x00b\r\nSet-Cookie: x.pdf", "abSet-Cookie_ x.pdf"),
        ("plan\u202efdp.exe", "planfdp.exe"),
        ('a"b<c>|d*?.pdf', "a_b_c__d__.pdf"),
        ("計劃  書.pdf", "計劃 書.pdf"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
        ("a." + "y" * 300, "a." + "y" * 9),
    ],
)
def test_names_are_made_safe(given, kept):
    assert rules.file_name_of(given) == kept


@pytest.mark.parametrize(
    ("name", "content", "content_type"),
    [
        ("a.pdf", PDF, "application/pdf"),
        ("a.PDF", PDF, "application/pdf"),
        ("a.png", b"\x89PNG\r\n\x1a\n....", "image/png"),
        ("a.jpg", b"\xff\xd8\xff\xe0....", "image/jpeg"),
        ("a.txt", "Old maps, 舊地圖\n".encode(), "text/plain; charset=utf-8"),
        ("a.csv", b"a,b\r\n1,2\r\n", "text/csv; charset=utf-8"),
        ("a.docx", archive(word__document_xml=b"<w/>"), rules.CONTENT_TYPES["docx"]),
        ("a.xlsx", archive(xl__workbook_xml=b"<x/>"), rules.CONTENT_TYPES["xlsx"]),
        ("a.odt", archive(content_xml=b"<o/>"), rules.CONTENT_TYPES["odt"]),
    ],
)
def test_what_is_as_named_is_taken(name, content, content_type):
    assert rules.check_document(name, io.BytesIO(content)) == content_type


@pytest.mark.parametrize(
    ("name", "content", "refusal"),
    [
        ("a.html", b"<html>", AttachmentTypeUnknown),
        ("a.svg", b"<svg/>", AttachmentTypeUnknown),
        ("a.pdf.exe", PDF, AttachmentTypeUnknown),
        ("pdf", PDF, AttachmentTypeUnknown),
        ("a.pdf", b"<html><script>alert(1)</script>", AttachmentNotAsNamed),
        ("a.pdf", b" %PDF-1.7", AttachmentNotAsNamed),
        ("a.png", PDF, AttachmentNotAsNamed),
        ("a.txt", b"<!DOCTYPE html><p>", AttachmentNotAsNamed),
        ("a.txt", b"\xef\xbb\xbf  <ScRiPt>", AttachmentNotAsNamed),
        ("a.txt", b"MZ\x00\x01", AttachmentNotAsNamed),
        ("a.csv", b"caf\xe9,1", AttachmentNotAsNamed),
        ("a.txt", b"x" * 100_000 + b"\xff", AttachmentNotAsNamed),
        ("a.docx", b"PK\x03\x04 and no archive", AttachmentNotAsNamed),
        ("a.docx", archive(xl__workbook_xml=b"<x/>"), AttachmentNotAsNamed),
        ("a.docx", archive(word__document_xml=bytes(210 * 1024 * 1024)), AttachmentUnpacksTooLarge),
        (
            "a.docx",
            archive(word__document_xml=b"<w/>", word__vbaProject_bin=b"x"),
            AttachmentHasMacros,
        ),
    ],
)
def test_what_is_not_as_named_is_refused(name, content, refusal):
    with pytest.raises(refusal):
        rules.check_document(name, io.BytesIO(content))


@pytest.fixture
def application(db, now):
    make_programme(
        now,
        attachments=[
            {"code": "cv", "name": {"en": "Curriculum vitae"}, "required": True},
            {"code": "letter", "name": {"en": "Letter"}, "only_kinds": ["start-up"]},
        ],
    )
    return written(now)


def add(application, now, name="cv.pdf", content=PDF, **changed):
    asked = {"by": lead_of(application, now), "kind": "cv", "code": application.code} | changed
    return add_attachment(file_name=name, content=io.BytesIO(content), now=now, **asked)


def test_a_document_lies_under_its_checksum_in_the_data_directory(application, now, settings):
    attachment = add(application, now, "../../secret_key.pdf")
    root = Path(settings.PRAYA_HOME) / "attachments"
    assert attachment.file_name == "secret_key.pdf"
    assert attachment.stored_as == f"{attachment.sha256[:2]}/{attachment.sha256}"
    assert path_of(attachment).read_bytes() == PDF
    assert path_of(attachment).is_relative_to(root.resolve())
    assert not list(root.glob(".incoming-*"))


def test_the_same_document_is_there_once(application, now):
    assert add(application, now) == add(application, now)
    assert Attachment.objects.count() == 1


def test_a_document_is_refused_in_this_order(application, now, settings):
    settings.PRAYA_ATTACHMENT_BYTES = 64
    stranger, _house = make_applicant(now, "other@house.example")
    too_large = b"%PDF-" + bytes(100)
    with pytest.raises(NotFound):
        add(application, now, by=stranger, kind="other")
    with pytest.raises(AttachmentKindUnknown):
        add(application, now, kind="other", content=b"")
    with pytest.raises(AttachmentEmpty):
        add(application, now, "cv.exe", content=b"")
    with pytest.raises(AttachmentTooLarge):
        add(application, now, "cv.exe", content=too_large)
    with pytest.raises(AttachmentTypeUnknown):
        add(application, now, "cv.exe", content=b"MZ")
    submitted_with = add(application, now)
    submit(application, now)
    with pytest.raises(NotAllowed):
        add(application, now, by=desk_officer(now))
    with pytest.raises(WrongState):
        add(application, now, kind="other")
    assert Attachment.objects.get() == submitted_with


def test_no_half_document_stays_behind(application, now, settings):
    settings.PRAYA_ATTACHMENT_BYTES = 64
    root = Path(settings.PRAYA_HOME) / "attachments"
    before = sorted(root.rglob("*"))
    with pytest.raises(AttachmentTooLarge):
        add(application, now, content=b"%PDF-" + bytes(100_000))
    assert sorted(root.rglob("*")) == before


def test_an_application_holds_so_many_documents(application, now, monkeypatch):
    monkeypatch.setattr("praya.apps.applications.commands.drafting.DOCUMENTS_MAX", 1)
    add(application, now)
    with pytest.raises(AttachmentsTooMany):
        add(application, now, "other.pdf")


def test_a_required_document_is_missed_at_submission(application, now):
    lead = lead_of(application, now)
    with pytest.raises(DraftIncomplete) as refused:
        submit_application(
            code=application.code,
            declarations=DECLARED,
            revision=application.draft_revision,
            by=lead,
            now=now,
        )
    assert [(each.name, each.code) for each in refused.value.problems] == [
        ("documents.cv", "missing")
    ]


def test_a_removed_document_stays_with_the_submission_made_with_it(application, now):
    lead, officer = lead_of(application, now), desk_officer(now)
    attachment = add(application, now)
    submit(application, now)
    return_application(code=application.code, reason="Another one.", by=officer, now=now)
    for _ in range(2):
        remove_attachment(code=application.code, attachment_id=attachment.pk, by=lead, now=now)
    newer = add(application, now, "newer.pdf", PDF + b"!")
    assert attachment_of(application.code, attachment.pk, officer) == attachment
    with pytest.raises(NotFound):
        attachment_of(application.code, newer.pk, officer)
    assert case_of(application.code, lead).attachments == [newer]
    submit(application, now)
    assert case_of(application.code, officer).attachments == [newer]
    assert reread(application).submissions.count() == 2


def test_a_document_of_another_case_is_not_found(application, now):
    attachment = add(application, now)
    other = written(now, email="other@house.example")
    with pytest.raises(NotFound):
        remove_attachment(
            code=other.code, attachment_id=attachment.pk, by=lead_of(other, now), now=now
        )
    with pytest.raises(NotFound):
        attachment_of(other.code, attachment.pk, lead_of(other, now))


def aged(path: Path, at) -> Path:
    os.utime(path, (at.timestamp(), at.timestamp()))
    return path


def test_bytes_that_no_row_names_go_after_a_day(application, now, settings, tmp_path):
    settings.PRAYA_HOME = tmp_path
    kept = add(application, now)
    with transaction.atomic():
        orphan = add(application, now, "other.pdf", PDF + b"!")
        transaction.set_rollback(True)
    day_ago = now - timedelta(days=1)
    for attachment in (kept, orphan):
        aged(path_of(attachment), day_ago)

    assert sweep_documents(now=now) == []
    assert sweep_documents(now=now + timedelta(seconds=1)) == [orphan.stored_as]
    assert sweep_documents(now=now + timedelta(seconds=1)) == []
    left = [path for path in (tmp_path / "attachments").rglob("*") if path.is_file()]
    assert left == [path_of(kept)]


def test_what_a_killed_upload_left_goes_after_a_day(db, now, settings, tmp_path):
    settings.PRAYA_HOME = tmp_path
    assert sweep_documents(now=now) == []
    root = tmp_path / "attachments"
    root.mkdir()
    for name, at in ((".incoming-old", now - timedelta(days=2)), (".incoming-new", now)):
        (root / name).touch()
        aged(root / name, at)

    assert sweep_documents(now=now) == [".incoming-old"]
    assert [path.name for path in root.iterdir()] == [".incoming-new"]


def test_a_document_kept_anew_while_it_is_swept_stays(db, now, settings, tmp_path, monkeypatch):
    settings.PRAYA_HOME = tmp_path
    place = tmp_path / "attachments" / "ab" / "ab1"
    place.parent.mkdir(parents=True)
    place.touch()
    aged(place, now - timedelta(days=2))
    move = Path.replace

    def written_anew_just_before(path, target):
        if path == place:
            aged(place, now)
        return move(path, target)

    monkeypatch.setattr(Path, "replace", written_anew_just_before)

    assert sweep_documents(now=now) == []
    assert [path.name for path in place.parent.iterdir()] == ["ab1"]
