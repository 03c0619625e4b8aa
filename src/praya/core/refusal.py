"""A refusal is an anticipated no: a stable code and the facts behind it, no words for people."""

from __future__ import annotations

from typing import Any, ClassVar


class Refusal(Exception):  # noqa: N818 -- a refusal is an answer, not an error
    """An anticipated no. Subclasses stand beside the rule that raises them.

    A subclass sets ``code`` (stable, dotted, unique) and passes its facts as keywords; each fact
    reads back as an attribute. Only faces catch refusals, and they turn the code into a sentence.
    """

    code: ClassVar[str] = "refusal"
    _by_code: ClassVar[dict[str, type[Refusal]]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:  # noqa: ANN401 -- forwarded untouched
        """Register the subclass under its code, which must be its own."""
        super().__init_subclass__(**kwargs)
        assert "code" in cls.__dict__, f"{cls.__name__} needs a code of its own"
        known = Refusal._by_code.get(cls.code)
        assert known is None or known.__qualname__ == cls.__qualname__, cls.code
        Refusal._by_code[cls.code] = cls

    def __init__(self, **facts: Any) -> None:  # noqa: ANN401 -- facts are of every plain type
        """Keep the facts; they are what a face needs for its sentence."""
        super().__init__(self.code)
        self.facts = facts

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 -- facts are of every plain type
        """Read a fact as an attribute."""
        try:
            return self.__dict__["facts"][name]
        except KeyError:
            raise AttributeError(name) from None

    def __str__(self) -> str:
        """Show code and facts, for logs and tests."""
        facts = ", ".join(f"{name}={value!r}" for name, value in self.facts.items())
        return f"{self.code}({facts})"

    @staticmethod
    def every_code() -> dict[str, type[Refusal]]:
        """All refusals known so far, by code; the reference page and its test read this."""
        return dict(sorted(Refusal._by_code.items()))


class NotAllowed(Refusal):
    """The actor may not do this; ``action`` says what, ``needs`` which role or relation would."""

    code = "access.not_allowed"


class NotFound(Refusal):
    """There is no such thing, or the actor may not know of it; ``kind`` and ``key`` say which."""

    code = "access.not_found"


class StaleForm(Refusal):
    """The thing changed since the form was opened; ``theirs`` and ``yours`` are revisions."""

    code = "form.stale"
