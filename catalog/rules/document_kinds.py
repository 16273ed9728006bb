"""Which kinds of documents dishonest conduct may be determined on (plan, item 2). Pure; the database holds the same levels."""

from dataclasses import dataclass
from datetime import date

from catalog.rules.bases import PROVINCIAL, BasisFacts
from common.gates import Refusal, refuse


@dataclass(frozen=True, slots=True)
class KindFacts:
    """A kind as it is to be entered."""

    name: str
    lawful: bool
    basis: BasisFacts
    effective_from: date


def kind_refusals(kind: KindFacts, *, running_from: date | None, on: date) -> list[Refusal]:
    """Everything against entering a kind; `running_from` is the first day of the newest row of the same name.

    What is not named in item 2 itself may carry dishonest conduct only where a law, a regulation (法规) or a policy of the
    Party's central committee and the State Council says so.
    """
    problems = []
    if kind.lawful and kind.basis.level not in PROVINCIAL:
        detail = (
            f"“{kind.basis.name}”不是法律、法规或者党中央、国务院政策文件，不能使一种文书成为失信认定的依据"
        )
        problems.append(refuse("document_kind_not_allowed", detail, pointer="basis"))
    if not kind.basis.in_force(kind.effective_from):
        problems.append(refuse("document_not_effective", "所引依据在施行日期无效", pointer="basis"))
    if kind.effective_from < on:
        detail = "最早从今天起施行：已经作出的认定不因新规定而改变"
        problems.append(refuse("date_order", detail, pointer="effective_from"))
    if running_from is not None and kind.effective_from <= running_from:
        detail = f"同名的文书种类自{running_from:%Y-%m-%d}起施行，新的规定应晚于这一天"
        problems.append(refuse("date_order", detail, pointer="effective_from"))
    return problems
