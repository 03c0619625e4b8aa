"""What every part of a programme file is made of."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Code = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
# ISO 3166: a country or region, as HK, or a part of one, as CN-GD.
PLACE = r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$"
Place = Annotated[str, Field(pattern=PLACE)]
Percent = Annotated[Decimal, Field(ge=0, le=100, decimal_places=2)]
# The ceiling keeps minor units, and their products with seconds, inside 64 bits of a database.
AMOUNT_MAX = Decimal(10) ** 13
Amount = Annotated[Decimal, Field(le=AMOUNT_MAX)]


class Part(BaseModel):
    """Any part of a programme file: frozen, and with no field that is not named here."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Words(Part):
    """One text in the languages of the site. English must be there; others fall back to it."""

    en: str = Field(min_length=1, max_length=4000, description="British English")
    zh_hant: str = Field(default="", max_length=4000, description="Traditional Chinese")
    zh_hans: str = Field(default="", max_length=4000, description="Simplified Chinese")

    def in_language(self, language: str) -> str:
        """The text in a Django language code (``en-gb``, ``zh-hant``, ``zh-hans``)."""
        key = language.lower()
        if key.startswith("zh-hans") or key == "zh-cn":
            return self.zh_hans or self.zh_hant or self.en
        if key.startswith("zh"):
            return self.zh_hant or self.zh_hans or self.en
        return self.en


class OrganisationKind(StrEnum):
    """Kinds of organisation that a rule can name."""

    UNIVERSITY = "university"
    RESEARCH_INSTITUTE = "research-institute"
    START_UP = "start-up"
    ENTERPRISE = "enterprise"
    PUBLIC_BODY = "public-body"
    CHARITY = "charity"
    OTHER = "other"
