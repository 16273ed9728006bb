"""Facts for rule tests: a small item with a field of every kind, known units, two catalog rows."""

from dataclasses import replace
from datetime import date

from catalog.conditions import parse
from catalog.publication import Regime, Tier
from common.identifiers import make_id_number, make_uscc
from records.rules.facts import Facts, FieldFacts, ItemFacts, Layout

TODAY = date(2026, 11, 20)
OWN, BELOW, OTHER = (make_uscc("11", "230402", f"0000000{number}") for number in (1, 2, 3))
COMPANY = make_uscc("91", "230402", "MA1X0001")
VILLAGE = make_uscc("N2", "230421", "00000017")
PERSON = make_id_number("230402", date(1990, 1, 1), 7)
KINDS = ("法人及非法人组织", "自然人", "个体工商户")
_TYPES = {
    "MC": "text", "LB": "code", "DM": "uscc", "ZC": "text", "JG_SWDJ": "text", "JG_SYDW": "text", "FR": "text", "ZJLX": "code",
    "ZJHM": "id_document", "WSH": "text", "CFLB": "codes", "FK": "decimal", "JDRQ": "date", "YXQ": "date", "GSQ": "date",
    "JG": "text", "JGDM": "uscc", "LYDM": "uscc",
}  # fmt: skip
_ROLES = {
    "MC": "subject_name", "LB": "subject_kind", "DM": "subject_uscc", "ZC": "subject_registration", "JG_SWDJ": "subject_code",
    "JG_SYDW": "subject_code", "ZJLX": "subject_document_kind", "ZJHM": "subject_document", "WSH": "document_number",
    "CFLB": "penalty_types", "JDRQ": "decision_date", "YXQ": "valid_until", "GSQ": "publish_until", "JG": "authority_name",
    "JGDM": "authority_uscc", "LYDM": "source_uscc",
}  # fmt: skip
_VALUES = {
    "LB": KINDS,
    "ZJLX": ("身份证", "护照号"),
    "CFLB": ("警告", "罚款", "没收违法所得"),
}
_ORGANISATIONS = {"field": "LB", "in": ["法人及非法人组织", "个体工商户"]}
_CONDITIONS: dict[str, list[object]] = {
    "DM": [
        {"if": _ORGANISATIONS, "require": True},
        {"if": {"field": "LB", "in": ["自然人"]}, "forbid": True},
    ],
    "FR": [{"if": {"field": "LB", "in": ["自然人"]}, "forbid": True}],
    "ZJHM": [{"kind_field": "ZJLX"}],
    "FK": [{"if": {"field": "CFLB", "has": ["罚款"]}, "require": True, "greater_than": "0"}],
    "JDRQ": [{"not_future": True}],
    "YXQ": [{"not_before": "JDRQ"}, {"if": {"field": "LB", "in": ["自然人"]}, "not_future": True}],
}
REQUIRED = {"MC", "LB", "WSH", "JDRQ", "JGDM"}


def _field(code: str) -> FieldFacts:
    return FieldFacts(
        code=code,
        label=f"{code}列",
        type=_TYPES[code],
        max_length={"MC": 20, "ZJHM": 30}.get(code),
        digits=18,
        decimals=6,
        required=code in REQUIRED,
        values={value: value for value in _VALUES.get(code, ())},
        conditions=parse(_CONDITIONS.get(code, []), own_type=_TYPES[code], types=_TYPES),
        role=_ROLES.get(code, ""),
        secret=code == "ZJHM",
    )


def layout(*without: str, asks_procedure: bool = True) -> Layout:
    fields = tuple(_field(code) for code in _TYPES if code not in without)
    return Layout.of("xzcf", "行政处罚", fields, asks_procedure=asks_procedure)


ITEM = ItemFacts(
    id=2,
    code="xzcf",
    name="行政处罚",
    effective_from=date(2024, 3, 1),
    effective_until=None,
    nature="dishonest",
    sharing="unconditional",
    publicity="public",
    period_kind="penalty",
    period_months=None,
    subject_kinds=frozenset({"organisation", "person", "self_employed"}),
    document_kind="行政处罚决定书",
    person_basis=True,
    person_publication=False,
)
EARLIER = replace(ITEM, id=1, effective_from=date(2022, 1, 1), effective_until=date(2024, 2, 29))
REGIME = Regime(
    1,
    date(2019, 1, 1),
    None,
    "",
    (
        Tier(1, frozenset({"警告"}), frozenset(), False, 0, 3, 0),
        Tier(2, frozenset({"罚款", "没收违法所得"}), frozenset(), True, 3, 12, 1),
        Tier(3, frozenset({"罚款"}), frozenset({"消防"}), True, 12, 36, 2),
    ),
)


def facts(**changes: object) -> Facts:
    base = Facts(
        layout=layout(),
        versions=(EARLIER, ITEM),
        today=TODAY,
        declared_ordinary=True,
        own_name="甲局",
        own_uscc=OWN,
        own_units=frozenset({OWN, BELOW}),
        unit_names={OWN: "甲局", BELOW: "甲县局", OTHER: "乙局"},
        sectors={BELOW: frozenset({"消防"})},
        lawful_documents={name: [(date.min, date.max)] for name in ("行政处罚决定书", "生效司法裁判文书")},
        documents={"行政处罚决定书": "行政处罚决定书", "sfcp": "生效司法裁判文书", "生效司法裁判文书": "生效司法裁判文书", "会议纪要": "会议纪要"},
        regimes=(REGIME,),
    )  # fmt: skip
    return replace(base, **changes)  # type: ignore[arg-type]


def row(**changes: object) -> dict[str, object]:
    """A good row about a company."""
    good: dict[str, object] = dict.fromkeys(_TYPES, "")
    good |= {
        "MC": "鹤岗市青松岭煤业有限公司", "LB": KINDS[0], "DM": COMPANY, "FR": "林有田", "WSH": "鹤罚〔2026〕1号", "CFLB": "罚款", "FK": "0.2",
        "JDRQ": "2026-05-11", "JG": "甲局", "JGDM": OWN, "LYDM": OWN,
    }  # fmt: skip
    return good | changes


def person(**changes: object) -> dict[str, object]:
    """A good row about a natural person."""
    return row(MC="宋小满", LB=KINDS[1], DM="", FR="", ZJLX="身份证", ZJHM=PERSON) | changes
