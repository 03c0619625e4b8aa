"""Money and accelerator time as whole units that cannot be mixed up.

Money is counted in minor units of a currency (cents of ``HKD``); a programme without prices
counts whole ``CREDIT``. Accelerator time is counted in accelerator-seconds of one device model.

Rounding, everywhere: **down to the whole minor unit**. So the parts of a grant never add up to more
than the grant: ``floor(a) + floor(b) <= floor(a + b)``. Worked example: 7 seconds of a card at
HK$30.00 an hour list at ``7 * 3000 // 3600 = 5`` cents; at 70 % the subsidy is
``5 * 7000 // 10000 = 3`` cents and the own share is the rest, 2 cents.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal, InvalidOperation

BASIS_POINTS = 10_000
HOUR_S = 3600

# Of ISO 4217, where the minor unit is not a hundredth.
_WHOLE = "CREDIT BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_THOUSANDTHS = "BHD IQD JOD KWD LYD OMR TND"
_DECIMALS = dict.fromkeys(_WHOLE.split(), 0) | dict.fromkeys(_THOUSANDTHS.split(), 3)
_DIGITS_MAX = 30  # of what is typed: far beyond any amount that is taken


def decimals_of(currency: str) -> int:
    """Digits after the point in which ``currency`` is written; two where nothing else is known."""
    return _DECIMALS.get(currency, 2)


@dataclass(frozen=True, slots=True)
class Money:
    """Whole minor units of one currency."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        """Refuse floats and booleans by assertion: they are bugs, not answers."""
        assert type(self.minor) is int, self.minor

    @classmethod
    def parse(cls, text: str, currency: str) -> Money:
        """Read ``"1,234.50"``; raises ``ValueError`` for anything finer than a minor unit."""
        try:
            number = Decimal(text.replace(",", "").strip())
        except InvalidOperation:
            raise ValueError(text) from None
        if not number.is_finite() or abs(number.adjusted()) > _DIGITS_MAX:
            raise ValueError(text)
        scaled = number.scaleb(decimals_of(currency))
        if scaled != scaled.to_integral_value(ROUND_DOWN):
            raise ValueError(text)
        return cls(int(scaled), currency)

    @property
    def major(self) -> Decimal:
        """The amount as people write it."""
        return Decimal(self.minor).scaleb(-decimals_of(self.currency))

    def share(self, rate_bp: int) -> Money:
        """``rate_bp`` ten-thousandths of the amount, rounded down."""
        assert 0 <= rate_bp <= BASIS_POINTS, rate_bp
        return Money(self.minor * rate_bp // BASIS_POINTS, self.currency)

    def __add__(self, other: Money) -> Money:
        """Add money of the same currency."""
        assert self.currency == other.currency, (self.currency, other.currency)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        """Subtract money of the same currency."""
        assert self.currency == other.currency, (self.currency, other.currency)
        return Money(self.minor - other.minor, self.currency)

    def __lt__(self, other: Money) -> bool:
        """Compare money of the same currency."""
        assert self.currency == other.currency, (self.currency, other.currency)
        return self.minor < other.minor

    def __le__(self, other: Money) -> bool:
        """Compare money of the same currency."""
        return self == other or self < other

    def __bool__(self) -> bool:
        """True unless zero."""
        return self.minor != 0


@dataclass(frozen=True, slots=True)
class CardTime:
    """Whole accelerator-seconds of one device model: one card held for one second is one."""

    seconds: int
    device_model: str

    def __post_init__(self) -> None:
        """Refuse floats and booleans by assertion: they are bugs, not answers."""
        assert type(self.seconds) is int, self.seconds

    @classmethod
    def of_hours(cls, hours: int, device_model: str) -> CardTime:
        """Accelerator-hours as people ask for them."""
        return cls(hours * HOUR_S, device_model)

    @property
    def hours(self) -> Decimal:
        """Accelerator-hours, exact."""
        return Decimal(self.seconds) / HOUR_S

    def list_price(self, *, per_hour: Money) -> Money:
        """What the time costs at ``per_hour`` a card, rounded down to the minor unit."""
        return Money(self.seconds * per_hour.minor // HOUR_S, per_hour.currency)

    def __add__(self, other: CardTime) -> CardTime:
        """Add time of the same device model."""
        assert self.device_model == other.device_model, (self.device_model, other.device_model)
        return CardTime(self.seconds + other.seconds, self.device_model)

    def __sub__(self, other: CardTime) -> CardTime:
        """Subtract time of the same device model."""
        assert self.device_model == other.device_model, (self.device_model, other.device_model)
        return CardTime(self.seconds - other.seconds, self.device_model)

    def __lt__(self, other: CardTime) -> bool:
        """Compare time of the same device model."""
        assert self.device_model == other.device_model, (self.device_model, other.device_model)
        return self.seconds < other.seconds

    def __le__(self, other: CardTime) -> bool:
        """Compare time of the same device model."""
        return self == other or self < other


def commodity_of_time(device_model: str) -> str:
    """The book's name for seconds of a device model: ``"nvidia-h800·s"``."""
    return f"{device_model}·s"


def device_model_of(commodity: str) -> str | None:
    """The device model a commodity counts seconds of; ``None`` for money."""
    return commodity[:-2] if commodity.endswith("·s") else None
