"""Whether a later state may be reported. Pure."""

from collections.abc import Sequence
from datetime import date

from catalog.choices import Nature
from common.gates import Refusal, Refuse


def status_refusals(
    *,
    nature: str,
    values: Sequence[str],
    before: str,
    status: str,
    on: date,
    decided: date,
    last: date | None,
    ended: bool,
    today: date,
    refuse: Refuse,
) -> list[Refusal]:
    """Everything that stands against it; `values` are the item's own (none: it has no such state), `last` is the day of
    the newest report, `refuse` cites what the item's form is held to."""
    if not values or nature == Nature.DISHONEST:
        detail = "该事项没有可以续报的状态；失信信息有变化的，请走更正或者登记复议、诉讼结果"
        return [refuse("code_unknown", detail, pointer="/status")]
    found = []
    if ended:
        found.append(refuse("document_not_effective", "该记录已经提前终止，不再续报", pointer="/status"))
    if status not in values:
        found.append(refuse("code_unknown", f"状态应为：{'、'.join(values)}", pointer="/status"))
    elif status == before:
        found.append(refuse("duplicate", f"现在的状态已经是“{status}”", pointer="/status"))
    if on > today:
        found.append(refuse("date_in_future", pointer="/on"))
    elif on < max(decided, last or decided):
        found.append(refuse("date_order", "不能早于作出日期和上一次续报的日期", pointer="/on"))
    return found
