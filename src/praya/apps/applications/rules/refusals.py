"""What may be refused about applications."""

from __future__ import annotations

from praya.core.refusal import Refusal


class Excluded(Refusal):
    """The organisation may not apply to the programme until a day, ``until``, that one included."""

    code = "application.excluded"


class Recused(Refusal):
    """Who recused themselves from the case ``application`` does nothing with it any more."""

    code = "decision.recused"


class NotEligible(Refusal):
    """A rule says no; ``rules`` are the codes of those that do."""

    code = "application.not_eligible"


class EligibilityUnanswered(Refusal):
    """Questions of the eligibility check have no answer yet; ``rules`` are their codes."""

    code = "application.eligibility_unanswered"


class WrongState(Refusal):
    """A case in ``state`` cannot be ``action``."""

    code = "application.wrong_state"


class StageMoved(Refusal):
    """The case has left the stage that was looked at: ``looked_at`` is not ``stage`` any more."""

    code = "application.stage_moved"


class DraftIncomplete(Refusal):
    """The draft cannot be submitted as it is; ``problems`` lists each reason with its place."""

    code = "application.draft_incomplete"


class DraftTooLarge(Refusal):
    """One step of the draft holds more than ``limit`` bytes; it would hold ``size``."""

    code = "application.draft_too_large"


class UnknownStep(Refusal):
    """The form has no step ``step``."""

    code = "application.unknown_step"


class DeclarationMissing(Refusal):
    """Declarations were not confirmed; ``declarations`` are their codes."""

    code = "application.declaration_missing"


class ReasonMissing(Refusal):
    """A written reason, question or answer is needed for ``action``."""

    code = "application.reason_missing"


class TextTooLong(Refusal):
    """A text has ``length`` characters; ``limit`` is the most."""

    code = "application.text_too_long"


class DueDayPast(Refusal):
    """An answer cannot be due on ``due_on``, before today, ``today``."""

    code = "application.due_day_past"


class QuestionClosed(Refusal):
    """The question is not open any more; ``state`` says what became of it."""

    code = "application.question_closed"


class AttachmentTooLarge(Refusal):
    """The document is larger than ``limit`` bytes."""

    code = "attachment.too_large"


class AttachmentEmpty(Refusal):
    """The document has no content."""

    code = "attachment.empty"


class AttachmentTypeUnknown(Refusal):
    """Documents named like ``file_name`` are not taken; ``allowed`` lists the endings that are."""

    code = "attachment.type_unknown"


class AttachmentNotAsNamed(Refusal):
    """The content of ``file_name`` is not what its ending says."""

    code = "attachment.not_as_named"


class AttachmentUnpacksTooLarge(Refusal):
    """The document would unpack to more than ``limit`` bytes, or holds too many parts."""

    code = "attachment.unpacks_too_large"


class AttachmentHasMacros(Refusal):
    """The document carries a program."""

    code = "attachment.has_macros"


class AttachmentKindUnknown(Refusal):
    """The programme asks for no document of the kind ``kind``."""

    code = "attachment.kind_unknown"


class AttachmentsTooMany(Refusal):
    """An application holds ``limit`` documents at most."""

    code = "attachment.too_many"
