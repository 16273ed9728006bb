"""What the measure list says to a party about to be listed; asked by the room below through `blacklist.hints`."""

from datetime import date

from blacklist.hints import Hint
from sanctions import selectors
from sanctions.choices import MeasureClass


def hints(scheme_code: str, subject_kind: str, on: date) -> list[Hint]:
    """Measures in force on `on` against this kind of subject on this list. Incentives are no sanction."""
    rows = selectors.measures(on).filter(scheme_codes__contains=[scheme_code])
    rows = rows.filter(subject_kinds__contains=[subject_kind]).exclude(measure_class=MeasureClass.INCENTIVE)
    return [
        Hint(
            row.code,
            f"{row.name}：{row.content.strip()}（依据：{row.basis}{row.basis_clause}；"
            f"实施主体：{row.executing_body}；期限：{row.period_text}）",
        )
        for row in rows
    ]
