"""Whatever lists hold and whatever day it is: an answer holds exactly what the rules allow, and nothing else."""

from datetime import date, timedelta

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blacklist.rules.entries import in_force
from common.clock import today
from sanctions import grounds, selectors
from sanctions.rules import application as rules
from sanctions.screening.service import Question, screen
from tests.factories import make_subject
from tests.sanctions.samples import make_entry, platform

DAYS = st.integers(-400, 400)
ENTRIES = st.lists(
    st.tuples(
        st.sampled_from(["tqnmggz", "spaq", "yzwf", "aqsc", "zfcg", "gfyw", "sxbzxr"]), DAYS, st.none() | st.integers(0, 500),
        st.none() | DAYS, st.sampled_from(["organisation", "self_employed"]),
    ),
    min_size=1, max_size=6,
)  # fmt: skip


@pytest.mark.django_db
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ENTRIES, st.lists(st.integers(-30, 60), min_size=1, max_size=3))
def test_an_answer_is_what_the_rules_allow_on_its_day(
    entries: list[tuple[str, int, int | None, int | None, str]], moves: list[int]
) -> None:
    client, purpose = platform()
    now, made = today(), []
    for scheme, begins, lasts, ended, kind in entries:
        first = now + timedelta(days=begins)
        entry = make_entry(
            make_subject(kind=kind), scheme=scheme, effective_from=first,
            ends_on=None if lasts is None else first + timedelta(days=lasts),
        )  # fmt: skip
        if ended is not None:
            type(entry).objects.filter(pk=entry.pk).update(
                ended_on=now + timedelta(days=ended), end_reason="repaired"
            )
            entry.refresh_from_db()
        made.append(entry)
    subjects = {str(entry.pk): {"uscc": entry.subject.uscc} for entry in made}
    for move in moves:
        on = now + timedelta(days=move)
        if not purpose.valid_from <= on <= purpose.valid_until:
            continue
        standing = list(selectors.standing(on))
        for matter in selectors.matters(on):
            if not {"organisation", "self_employed"} <= set(matter.subject_kinds):
                continue
            question = Question(purpose=purpose.code, matter=matter.code, subjects=subjects)
            answer = orjson.loads(screen(agency=client.agency, client=client, question=question, on=on))
            for entry in made:
                result = answer["results"][str(entry.pk)]
                expected = {
                    row.code
                    for row in standing
                    if row.code in matter.measure_codes and _allowed(row, entry, matter.bodies, on)
                }
                assert {one["measure"]["code"] for one in result["measures"]} == expected
                assert result["status"] == ("hit" if expected else "clear")
                assert all(one["measure"]["measure_class"] in "AB" for one in result["measures"])
                assert all(
                    one["period"]["until"] is None or one["period"]["until"] >= f"{on}"
                    for one in result["measures"]
                )


def _allowed(row: object, entry: object, bodies: list[str], on: date) -> bool:
    """The rules in Python: tied, of this kind, of this body, in force, not past its own limit, not a matter of decision."""
    facts = grounds.facts(row, on, listed=True)  # type: ignore[arg-type]
    fact = grounds.of(entry, on)  # type: ignore[arg-type]
    limit = rules.last_day(facts, fact.ground, entry.effective_from)  # type: ignore[attr-defined]
    return (
        in_force(entry.span(), on)  # type: ignore[attr-defined]
        and facts.measure_class in ("A", "B")
        and not row.by_decision  # type: ignore[attr-defined]
        and rules.is_tied(facts, fact.ground)
        and fact.subject_kind in facts.subject_kinds
        and bool(facts.executors & set(bodies))
        and (limit is None or limit >= on)
    )
