"""Whatever lists and records hold, whoever they are about and whatever day it is: an answer holds exactly what the rules allow,
and nothing else."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import orjson
import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st

from blacklist.models import ListEntry
from blacklist.rules.entries import in_force
from common.clock import today
from records.contents import secret_of_subject
from records.models import CreditRecord, Subject
from records.sharing.choices import PersonProof
from sanctions import grounds, selectors
from sanctions.choices import MeasureClass
from sanctions.models import Matter, Measure
from sanctions.rules import application as rules
from sanctions.screening.service import Question, screen
from tests.examples import examples
from tests.factories import make_penalty, make_person, make_subject
from tests.sanctions.samples import (
    Window,
    make_defaulter,
    make_entry,
    make_person_record,
    platform,
    registrar,
)
from tests.sharing.samples import approved

KINDS = ("organisation", "self_employed", "person")
SCHEMES = ("tqnmggz", "spaq", "yzwf", "aqsc", "zfcg", "gfyw", "sxbzxr")
CONDUCTS = (
    "以欺骗、贿赂等不正当手段取得许可", "经营超过保质期的食品", "串通投标", "提供虚假材料申请许可", "未履行安全生产管理职责",
)  # fmt: skip
PENALTIES = ("罚款", "吊销许可证件", "责令停产停业")
DAYS = st.integers(-400, 400)


@dataclass(frozen=True)
class Drawn:
    """One fact about one body: an entry of a scheme, or a record with its conduct and penalty."""

    kind: str
    scheme: str  # "" for a record
    conduct: str
    penalty: str
    begins: int
    lasts: int | None
    ended: int | None
    rests: tuple[int, int] | None


DRAWN = st.builds(
    Drawn, kind=st.sampled_from(KINDS), scheme=st.sampled_from(("", "", *SCHEMES)), conduct=st.sampled_from(CONDUCTS),
    penalty=st.sampled_from(PENALTIES), begins=DAYS, lasts=st.none() | st.integers(0, 500), ended=st.none() | DAYS,
    rests=st.none() | st.tuples(DAYS, st.integers(0, 200)),
)  # fmt: skip


def make(drawn: Drawn, now: date) -> ListEntry | CreditRecord:
    """The fact in the database."""
    subject = make_person() if drawn.kind == "person" else make_subject(kind=drawn.kind)
    first = now + timedelta(days=drawn.begins)
    last = None if drawn.lasts is None else first + timedelta(days=drawn.lasts)
    row: ListEntry | CreditRecord
    if drawn.scheme:
        row = make_entry(subject, scheme=drawn.scheme, effective_from=first, ends_on=last)
        changes: dict[str, Any] = {}
    else:
        row = _record(subject, drawn)
        longest = row.shared_until or row.used_until
        assert longest is not None, "the samples are in use"
        changes = {
            "used_until": max(row.decision_date, min(last or longest, longest)),
            "published_until": None,
        }
    if drawn.ended is not None:
        changes |= {"ended_on": now + timedelta(days=drawn.ended), "end_reason": "repaired"}
    if drawn.rests is not None:
        since = now + timedelta(days=drawn.rests[0])
        changes |= {"suspended_from": since, "suspended_until": since + timedelta(days=drawn.rests[1])}
    type(row).objects.filter(pk=row.pk).update(**changes)
    return type(row).objects.select_related("subject").get(pk=row.pk)


def _record(subject: Subject, drawn: Drawn) -> CreditRecord:
    if drawn.penalty == PENALTIES[0] and drawn.conduct == CONDUCTS[0]:
        return make_defaulter(subject)  # of the court's item, which has no conduct
    contents = {"CF_WFXW": drawn.conduct, "CF_CFLB": drawn.penalty}
    if subject.kind != "person":
        return make_penalty(subject, types=drawn.penalty, data=contents)
    record = make_person_record(contents)  # every text of a person's penalty stands encrypted
    CreditRecord.objects.filter(pk=record.pk).update(subject=subject)
    return record


def identity(subject: Subject) -> dict[str, str]:
    if subject.kind != "person":
        return {"uscc": subject.uscc}
    secret = secret_of_subject(subject)
    return {"id_number": secret["document"], "name": secret["name"]}


@pytest.mark.django_db
@settings(max_examples=examples(8))
@given(st.lists(DRAWN, min_size=1, max_size=6), st.lists(st.integers(-30, 60), min_size=1, max_size=2))
def test_an_answer_is_what_the_rules_allow_on_its_day(drawn: list[Drawn], moves: list[int]) -> None:
    client, _ = platform()
    purpose = approved(
        code="hg-zhengwu", by=registrar(), items=("xzcf", "sxbzxr"), kinds=KINDS, proof=PersonProof.DOCUMENT
    )
    now = today()
    made = [make(one, now) for one in drawn]
    subjects = {str(place): identity(one.subject) for place, one in enumerate(made)}
    for on in {now + timedelta(days=move) for move in moves}:
        if not purpose.valid_from <= on <= purpose.valid_until:
            continue
        standing = list(selectors.standing(on))
        for matter in selectors.matters(on):
            if not set(KINDS) <= set(matter.subject_kinds):
                continue
            question = Question(
                purpose=purpose.code, matter=matter.code, subjects=subjects, document_number="授权书1号"
            )
            answer = orjson.loads(screen(agency=client.agency, client=client, question=question, on=on))
            for place, row in enumerate(made):
                _agrees(answer["results"][str(place)], row, matter, standing, on)
            alone = replace(question, subjects={"0": subjects["0"]})
            found = orjson.loads(screen(agency=client.agency, client=client, question=alone, on=on))
            assert found["results"]["0"] == answer["results"]["0"], "asked alone or among others"


def _agrees(
    result: dict[str, Any], row: ListEntry | CreditRecord, matter: Matter, standing: list[Measure], on: date
) -> None:
    expected = {
        one.code
        for one in standing
        if one.code in matter.measure_codes and _allowed(one, row, matter.bodies, on)
    }
    said = result["measures"]
    assert {one["measure"]["code"] for one in said} == expected, (row, matter.code, on)
    assert result["status"] == ("hit" if expected else "clear")
    for one in said:
        assert one["measure"]["measure_class"] in "AB" and one["measure"]["can_be_ordered"]
        assert one["period"]["until"] is None or one["period"]["until"] >= f"{on}"
        assert one["remedy"] and one["ground"]["document_number"] and one["measure"]["basis"]


def _allowed(measure: Measure, row: ListEntry | CreditRecord, bodies: list[str], on: date) -> bool:
    """The rules in Python: tied, of this kind, of this body, in force, not past its own limit, not a matter of decision."""
    facts, fact = grounds.facts(measure, on, listed=True), grounds.of(row, on)
    if isinstance(row, ListEntry):
        since, runs = row.effective_from, in_force(row.span(), on)
    else:
        since, runs = row.decision_date, fact.ground.in_force
        if row.secret is not None and (facts.conduct_terms or facts.penalty_types):
            return False  # what stands encrypted is not searched for words
    limit = rules.last_day(facts, fact.ground, since)
    return (
        runs
        and facts.measure_class in (MeasureClass.A, MeasureClass.B)
        and not measure.by_decision
        and rules.is_tied(facts, fact.ground)
        and fact.subject_kind in facts.subject_kinds
        and bool(facts.executors & set(bodies))
        and (limit is None or limit >= on)
    )


@pytest.mark.django_db
def test_class_c_cannot_even_be_called_for() -> None:
    for one in Measure.objects.filter(measure_class=MeasureClass.C):
        assert not Matter.objects.filter(measure_codes__contains=[one.code]).exists()
        assert not one.executors


@pytest.mark.django_db
def test_a_warm_connection_whose_clock_moves_and_no_other_database() -> None:
    """A copy of the database that lags behind is never asked: the test would fail at the first touch of another connection."""
    window = Window()
    entry = make_entry(ends_on=today() + timedelta(days=2))
    for _ in range(8):  # statements prepared, calendar and everything else that is kept in the process warm
        assert window.one(entry.subject)["status"] == "hit"
    last = entry.ends_on
    assert last is not None
    for day, status in ((last, "hit"), (last + timedelta(days=1), "clear"), (last, "hit")):
        with time_machine.travel(f"{day}T10:00:00+08:00", tick=False):
            asked = orjson.loads(
                screen(
                    agency=window.client.agency, client=window.client,
                    question=Question(purpose=window.purpose.code, matter="zfcg", subjects={"a": {"uscc": entry.subject.uscc}}),
                )
            )  # fmt: skip
        assert asked["results"]["a"]["status"] == status
