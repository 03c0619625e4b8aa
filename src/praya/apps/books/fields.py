"""Columns that Django has not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from praya.core.ledger import canonical_json

if TYPE_CHECKING:
    _Text = models.TextField[Any, Any]
    _Number = models.BigIntegerField[Any, Any]
else:
    _Text = models.TextField
    _Number = models.BigIntegerField


class RowNumber(_Number):
    """A primary key that we compute; on SQLite it is the number of the row, not an index beside."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str | None:
        """SQLite takes only the plain word for the number of a row, and means eight bytes by it."""
        return "integer" if connection.vendor == "sqlite" else super().db_type(connection)

    def rel_db_type(self, connection: BaseDatabaseWrapper) -> str | None:
        """What refers to it is of the same kind."""
        return self.db_type(connection)


class ExactJSON(_Text):
    """A value kept as its canonical JSON text, byte for byte, so that its hash can be built again.

    A column of the database's own JSON kind would not do: PostgreSQL sorts and spaces it anew.
    """

    def get_prep_value(self, value: Any) -> str:  # noqa: ANN401 -- any exact value
        """The text."""
        return canonical_json(value)

    def from_db_value(self, text: str | None, *_: object) -> Any:  # noqa: ANN401 -- any exact value
        """The value; no text where a joined row is missing."""
        return None if text is None else json.loads(text)

    def to_python(self, value: Any) -> Any:  # noqa: ANN401 -- any exact value
        """The value as it is: texts are values too."""
        return value
