"""Who takes part in the demo. Every person and every organisation is invented."""

from __future__ import annotations

from dataclasses import dataclass

from praya.core.actor import Role
from praya.core.programme.parts import OrganisationKind as Kind


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person of the demo; ``key`` is the part of their address before the at sign."""

    key: str
    name: str
    name_zh: str

    @property
    def email(self) -> str:
        """What they sign in with."""
        return f"{self.key}@praya.example"


@dataclass(frozen=True, slots=True)
class House:
    """An organisation of the demo, and who registered it."""

    key: str
    name: str
    name_zh: str
    kind: Kind
    founder: str
    number: str = ""


ADMIN = Somebody("admin", "Ada Pang", "彭雅達")
STAFF: tuple[tuple[Somebody, Role], ...] = (
    (Somebody("officer", "Oscar Fung", "馮奧"), Role.OFFICER),
    (Somebody("officer2", "Olive Tam", "譚愛麗"), Role.OFFICER),
    (Somebody("chair", "Clara Mok", "莫嘉蘭"), Role.COMMITTEE),
    (Somebody("committee", "Colin Yeung", "楊高廉"), Role.COMMITTEE),
    (Somebody("reviewer", "Rita Lau", "劉麗達"), Role.REVIEWER),
    (Somebody("reviewer2", "Raymond Sze", "施偉文"), Role.REVIEWER),
    (Somebody("reviewer3", "Rosa Kwan", "關露莎"), Role.REVIEWER),
    (Somebody("finance", "Fiona Ip", "葉芬"), Role.FINANCE),
    (Somebody("operator", "Otto Siu", "蕭鄂圖"), Role.OPERATOR),
    (Somebody("auditor", "Audrey Ho", "何柏麗"), Role.AUDITOR),
)
APPLICANTS: tuple[Somebody, ...] = (
    Somebody("lead", "Lena Chow", "周蓮娜"),
    Somebody("wing", "Wing Lo", "羅詠"),
    Somebody("mei", "Mei Tsang", "曾美"),
    Somebody("harvey", "Harvey Kan", "簡夏維"),
    Somebody("kelp", "Kenneth Leung", "梁健"),
    Somebody("murmur", "Muriel Wu", "胡慕"),
    Somebody("bao", "Barry Or", "柯百里"),
    Somebody("sampan", "Sandy Chiu", "趙珊"),
    Somebody("archive", "Arthur Mak", "麥雅圖"),
    Somebody("abacus", "Abigail Shum", "岑雅"),
    Somebody("applicant", "Amos Kwok", "郭阿摩"),
)
MEMBER = Somebody("member", "Mandy Yip", "葉敏")

HOUSES: tuple[House, ...] = (
    House("quayside", "Quayside University", "碼頭大學", Kind.UNIVERSITY, "lead"),
    House("lantern", "Lantern Bay University", "燈籠灣大學", Kind.UNIVERSITY, "wing"),
    House("tidal", "Institute for Tidal Science", "潮汐科學研究院", Kind.RESEARCH_INSTITUTE, "mei"),
    House(
        "medicine",
        "Institute for Harbour Medicine",
        "海港醫學研究院",
        Kind.RESEARCH_INSTITUTE,
        "harvey",
    ),
    House(
        "kelp",
        "Kelp and Coral Bio Limited",
        "海藻珊瑚生物有限公司",
        Kind.START_UP,
        "kelp",
        "90000001",
    ),
    House(
        "murmur", "Murmur Voice Limited", "低語語音有限公司", Kind.ENTERPRISE, "murmur", "90000002"
    ),
    House(
        "bao",
        "Pineapple Bun Media Limited",
        "菠蘿包媒體有限公司",
        Kind.ENTERPRISE,
        "bao",
        "90000003",
    ),
    House(
        "sampan",
        "Sampan Robotics Limited",
        "舢舨機械人有限公司",
        Kind.START_UP,
        "sampan",
        "90000004",
    ),
    House("archive", "Harbour Archives Office", "海港檔案處", Kind.PUBLIC_BODY, "archive"),
    House("abacus", "Abacus Lane Limited", "算盤里有限公司", Kind.START_UP, "abacus", "90000005"),
    House(
        "egret",
        "Egret Analytics Limited",
        "白鷺分析有限公司",
        Kind.ENTERPRISE,
        "applicant",
        "90000006",
    ),
)


def everybody() -> list[Somebody]:
    """All of them but the site admin."""
    return [*(somebody for somebody, _role in STAFF), *APPLICANTS, MEMBER]
