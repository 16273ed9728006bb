"""Whatever is consented to, withdrawn, handed in, erased or written by SQL, in whatever order: nobody's data is handled without ground.

The item rests on no clause of law, so consent is the only ground. What is shared, used or shown on a day — today, in a fortnight,
in a year — is covered by consents that hold on that very day; of an erased person nothing is handled at all.
"""

from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from agencies.choices import Role
from agencies.models import Officer
from common.clock import today
from common.gates import Refused
from common.identifiers import make_id_number
from records.erasure import services as erasure
from records.erasure.choices import Ground
from records.erasure.models import ErasureLine
from records.models import CreditRecord
from records.persons.models import Consent
from records.persons.services import Person, withdraw_consent
from records.selectors import out_of_sight, published, shared, used, visible_to
from tests import people
from tests.examples import examples
from tests.persons import samples

CHILD_BORN = date(2012, 6, 1)
PEOPLE = (samples.ADULT, Person("周小禾", "身份证", make_id_number("230402", CHILD_BORN, 23)))
_SQL = st.sampled_from(
    [
        "update records_creditrecord set published_until = '2031-01-01', shared_until = '2031-01-01'",
        "update records_creditrecord set used_until = shared_until",
        "update records_creditrecord set shared_until = shared_until + 400",
        "update records_creditrecord set ended_on = null, end_reason = ''",
        "update records_consent set withdrawn_at = null, withdrawn_means = ''",
        "update records_consent set valid_until = valid_until + 4000",
        "update records_consent set allows = '{sharing,use}'",
        "update records_consent set key = (select min(key) from records_subject)",
        "update records_subject set birth_year = 1980",
        "insert into records_erasureline (erasure_id, holding, object_id, fate, why)"
        " select e.id, 'record', r.id, 'erase', 'x' from records_erasure e, records_creditrecord r limit 1",
    ]
)


class Grounds(RuleBasedStateMachine):
    """Any sequence; refusals are part of it. Every run is a transaction that rolls back."""

    def __init__(self) -> None:
        super().__init__()
        self.run = transaction.atomic()
        self.run.__enter__()
        self.number = 0
        self.window = _officer("window-any")
        self.decider = _officer("decider-any")
        self.unit = samples.submitter()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.run.__exit__(None, None, None)

    def attempt(self, action: Any) -> None:
        with suppress(Refused, DatabaseError), transaction.atomic():
            action()

    @rule(
        who=st.sampled_from(PEOPLE), allows=st.sampled_from([(), ("sharing",), ("sharing", "use")]), show=st.booleans(),
        days=st.sampled_from([3, 20, 400]), begins=st.sampled_from([0, 10]), given_by=st.sampled_from(["self", "guardian"]),
    )  # fmt: skip
    def agree(
        self, who: Person, allows: tuple[str, ...], show: bool, days: int, begins: int, given_by: str
    ) -> None:
        self.number += 1
        day = today() + timedelta(days=begins)
        more = {"relation": "父亲", "giver_name": "周立秋"} if given_by == "guardian" else {}
        self.attempt(
            lambda: samples.consent(
                who, kind="publication" if show else "collection", allows=[] if show else list(allows),
                valid_from=day, valid_until=day + timedelta(days=days), given_by=given_by,
                document_number=f"同意〔2026〕{self.number}号", **more,
            )
        )  # fmt: skip

    @rule(who=st.sampled_from(PEOPLE))
    def hand_in(self, who: Person) -> None:
        self.number += 1
        self.attempt(lambda: samples.honour(who, number=f"鹤市监表彰〔2026〕{self.number}号"))

    @precondition(lambda self: Consent.objects.filter(withdrawn_at=None).exists())
    @rule(data=st.data())
    def withdraw(self, data: Any) -> None:
        rows = list(Consent.objects.filter(withdrawn_at=None).order_by("pk"))
        one = data.draw(st.sampled_from(rows), label="consent")
        self.attempt(lambda: withdraw_consent(consent=one, means="paper", officer=self.unit))

    @rule(
        who=st.sampled_from(PEOPLE),
        ground=st.sampled_from([Ground.WITHDRAWN, Ground.UNLAWFUL, Ground.PURPOSE]),
    )
    def forget(self, who: Person, ground: str) -> None:
        asked = erasure.ask(officer=self.window, person=who, ground=ground, words="", identity_checked=True)
        erasure.decide(
            officer=self.decider, number=asked.erasure.number, granted=True, reason="依法", basis=erasure.LAW
        )

    @rule(statement=_SQL)
    def sql(self, statement: str) -> None:
        with suppress(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("set local role credit_app")
            cursor.execute(statement)
            cursor.execute("set constraints all immediate")
            cursor.execute("reset role")

    @invariant()
    def everything_handled_has_a_ground_on_that_day(self) -> None:
        for on in (today(), today() + timedelta(days=14), today() + timedelta(days=366)):
            for record in shared(on):
                assert _covers(record, on, "collection", "sharing")
            for record in used(on):
                assert _covers(record, on, "collection", "use")
            for record in published(on):
                assert _covers(record, on, "publication") and record.subject.birth_year != CHILD_BORN.year

    @invariant()
    def of_the_forgotten_nothing_is_handled(self) -> None:
        gone = CreditRecord.objects.filter(out_of_sight())
        assert not visible_to(self.window).filter(pk__in=gone).exists()
        for gate in (published, shared, used):
            assert not gate(today()).filter(pk__in=gone).exists()
        erased = ErasureLine.objects.filter(holding="record", erased_at__isnull=False).values("object_id")
        for record in CreditRecord.objects.filter(pk__in=erased):
            assert (record.data, record.secret) == ({}, None) and not record.versions.exists()


def _officer(name: str) -> Officer:
    found = Officer.objects.filter(username=name).first()
    return found or people.officer(Role.AUTHORITY, username=name)


def _covers(record: CreditRecord, on: date, kind: str, state: str = "") -> bool:
    """A consent of the person holds on the day, by the rows alone."""
    rows = Consent.objects.filter(
        key=record.subject.key,
        kind=kind,
        items__contains=[record.item_code],
        withdrawn_at=None,
        valid_until__gte=on,
    )
    return (rows.filter(allows__contains=[state]) if state else rows).exists()


@pytest.mark.long
@pytest.mark.django_db
def test_nobody_is_handled_without_ground_in_any_order() -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Grounds,
        settings=settings(
            max_examples=examples(6),
            stateful_step_count=15,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )
