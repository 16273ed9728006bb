"""What a consent must say to be one (gate G6; 方案第13条, 个人信息保护法第14条、第17条、第25条、第31条). Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from common.gates import Refusal
from records.persons.choices import Allowed, ConsentKind, ConsentState, GivenBy
from records.persons.clauses import refuse
from records.rules.persons import for_life, of_age


@dataclass(frozen=True, slots=True)
class Limits:
    """The dated rule of the day: how long a consent may last, and up to which ages a guardian speaks."""

    max_months: int
    child_age: int
    adult_age: int


@dataclass(frozen=True, slots=True)
class ItemForPersons:
    """What of a catalog item matters for a consent."""

    name: str
    takes_persons: bool
    may_be_public: bool
    own_route: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """A consent as it is handed in."""

    kind: str
    purpose: str
    items: Collection[str]
    allows: Collection[str]
    method: str
    scope: str
    rights_told: bool
    given_by: str
    relation: str
    giver: str
    document_number: str
    given_on: date | None
    valid_from: date | None
    valid_until: date | None


def state(*, valid_from: date, valid_until: date, withdrawn: bool, on: date) -> ConsentState:
    """The state on a day; both ends included. A withdrawal counts at once."""
    if withdrawn:
        return ConsentState.WITHDRAWN
    if on > valid_until:
        return ConsentState.EXPIRED
    return ConsentState.UPCOMING if on < valid_from else ConsentState.IN_FORCE


def consent_refusals(
    wanted: Wanted, *, items: Mapping[str, ItemForPersons], born: date | None, limits: Limits, on: date
) -> list[Refusal]:
    """Everything that keeps this from being a consent on `on`; `items` holds the items in force."""
    return [
        *_what_must_be_told(wanted),
        *_item_refusals(wanted, items),
        *_giver_refusals(wanted, born, limits, on),
        *_period_refusals(wanted, limits, on),
    ]


def _what_must_be_told(wanted: Wanted) -> list[Refusal]:
    told = (
        ("purpose", wanted.purpose, "请写明收集使用的目的"),
        ("items", wanted.items, "请选择同意归集的事项"),
        ("method", wanted.method, "请写明收集使用的方式"),
        ("scope", wanted.scope, "请写明用途和范围"),
        ("document_number", wanted.document_number, "请填写同意书编号"),
    )
    found = [
        refuse(
            "field_required",
            text,
            pointer=f"/{name}",
            basis="个人信息保护法第十七条；鹤信用发〔2022〕1号 第13条",
        )
        for name, value, text in told
        if not (value.strip() if isinstance(value, str) else value)
    ]
    if not wanted.rights_told:
        detail = "须先告知权利和义务（查询、复制、更正、撤回同意等），再取得同意"
        found.append(refuse("consent_missing", detail, pointer="/rights_told"))
    return found


def _item_refusals(wanted: Wanted, items: Mapping[str, ItemForPersons]) -> list[Refusal]:
    found = []
    for code in sorted(wanted.items):
        item = items.get(code)
        if item is None:
            found.append(refuse("item_not_in_force", f"目录中没有有效的事项“{code[:40]}”", pointer="/items"))
        elif not item.takes_persons:
            found.append(refuse("code_unknown", f"“{item.name}”不归集自然人的信息", pointer="/items"))
        elif not item.own_route:
            detail = f"本单位不是“{item.name}”的提供单位，不能为它取得同意"
            found.append(refuse("provider_not_authorised", detail, pointer="/items"))
        elif wanted.kind == ConsentKind.PUBLICATION and not item.may_be_public:
            detail = f"目录规定“{item.name}”不向社会公开，同意也不能公开"
            found.append(refuse("publication_not_allowed", detail, pointer="/items"))
    if wanted.kind == ConsentKind.PUBLICATION and wanted.allows:
        detail = "公开须单独同意，不与共享、使用合在一份同意里"
        found.append(refuse("scope_exceeded", detail, pointer="/allows", basis="个人信息保护法第二十五条"))
    elif Allowed.USE in wanted.allows and Allowed.SHARING not in wanted.allows:
        detail = "作为依据使用的，须同时同意共享：使用的单位通过共享得到信息"
        found.append(refuse("scope_exceeded", detail, pointer="/allows"))
    return found


def _giver_refusals(wanted: Wanted, born: date | None, limits: Limits, on: date) -> list[Refusal]:
    """A child's guardian consents; between both ages the guardian consents together with the minor."""
    found = []
    day = wanted.given_on or on
    if born is not None and not of_age(born, limits.child_age, day) and wanted.given_by != GivenBy.GUARDIAN:
        detail = f"不满{limits.child_age}周岁的，由监护人同意"
        found.append(refuse("consent_missing", detail, pointer="/given_by", basis="个人信息保护法第三十一条"))
    elif born is not None and not of_age(born, limits.adult_age, day) and wanted.given_by == GivenBy.SELF:
        detail = f"不满{limits.adult_age}周岁的，须有监护人的同意"
        found.append(
            refuse("consent_missing", detail, pointer="/given_by", basis="民法典第十九条、第二十二条")
        )
    if wanted.given_by != GivenBy.SELF:
        for name, value, text in (
            ("relation", wanted.relation, "请填写监护人与本人的关系"),
            ("giver_name", wanted.giver, "请填写监护人的姓名"),
        ):
            if not value.strip():
                found.append(refuse("field_required", text, pointer=f"/{name}"))
    minor = born is not None and not of_age(born, limits.adult_age, day)
    if minor and wanted.kind == ConsentKind.PUBLICATION:
        detail = "未成年人的信息不向社会公开，同意也不能公开"
        found.append(refuse("publication_not_allowed", detail, pointer="/kind"))
    return found


def _period_refusals(wanted: Wanted, limits: Limits, on: date) -> list[Refusal]:
    if wanted.given_on is None or wanted.valid_from is None:
        return [
            refuse("field_required", "请填写日期", pointer=f"/{name}")
            for name, day in (("given_on", wanted.given_on), ("valid_from", wanted.valid_from))
            if day is None
        ]
    found = []
    if wanted.given_on > on:
        found.append(refuse("date_in_future", "同意的日期晚于今天", pointer="/given_on"))
    if wanted.valid_from < wanted.given_on:
        found.append(refuse("date_order", "生效日期不应早于同意的日期", pointer="/valid_from"))
    if for_life(wanted.valid_from, wanted.valid_until, limits.max_months):
        detail = f"同意须有止日，最长{limits.max_months}个月，到期可以重新征得同意"
        found.append(refuse("consent_for_life", detail, pointer="/valid_until"))
    elif wanted.valid_until is not None and wanted.valid_until < max(wanted.valid_from, on):
        found.append(refuse("consent_expired", "止日已过，或者早于生效日期", pointer="/valid_until"))
    return found
