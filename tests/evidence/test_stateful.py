"""No sequence of services, and no SQL with the application's role, leaves a record outside the catalog in force, without
its document, or past its window in any channel; and history tells what was shown on every day gone by."""

import inspect
from collections import Counter, defaultdict
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from agencies.models import Agency
from catalog.choices import Nature, SubjectKind
from catalog.models import DocumentKind
from catalog.publication import add_months
from common.clock import today
from common.gates import Refused
from common.identifiers import make_id_number
from ledger.models import Pending
from ledger.tables import TABLES
from portal.selectors import record_shown
from province.payloads import live_rows, open_rows
from records.choices import EndReason
from records.evidence.choices import DEMANDING, OVERTURNING, CorrectionGround, Outcome
from records.evidence.models import Proceeding, RecordVersion
from records.evidence.selectors import record_on
from records.evidence.services import (
    Author,
    Case,
    Decision,
    RecordChanged,
    Why,
    correct_record,
    mark_proceeding,
    note_outcome,
    withdraw_record,
)
from records.models import CreditRecord
from records.selectors import published, shared, used
from records.services import end_record, touch_ended
from tests.evidence.samples import BASIS, hand_in
from tests.examples import examples

_DAYS = st.integers(0, 900)
_TYPES = st.sampled_from(["罚款", "警告", "罚款;没收违法所得", "吊销许可证件", "警告;罚款"])
_CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "CF_JDRQ": _DAYS.map(lambda ago: (today() - timedelta(days=ago)).isoformat()),
        "CF_CFLB": _TYPES,
        "CF_NR": st.sampled_from(["警告", "罚款2000元", "没收违法所得1200元"]),
        "CF_WFXW": st.sampled_from(["经营超过保质期的食品", ""]),
        "CF_GSJZQ": st.integers(1, 1500).map(lambda days: (today() + timedelta(days=days)).isoformat()),
        "CF_XDR_LB": st.sampled_from(["自然人", "法人及非法人组织"]),
        "适用程序": st.sampled_from(["简易程序", "普通程序"]),
        "文书种类": st.sampled_from(["会议纪要", "行政处罚决定书", "行政裁决书"]),
    },
)
# Most random changes break a gate; these do not, so that runs live through corrections too.
_HARMLESS = st.fixed_dictionaries(
    {"CF_SY": st.sampled_from(["经营的糕点超过保质期3日。", "经营的糕点超过保质期5日。"])}
)
# What somebody with the application's role might write past all services.
_SQL = st.sampled_from(
    [
        "published_until = published_until + 400, shared_until = shared_until + 400",
        "used_until = '2999-01-01', shared_until = '2999-01-01'",
        "used_until = '2999-01-01'",
        "shared_until = '2999-01-01'",
        "tier_id = null",
        "tier_id = (select id from catalog_publicationtier order by max_months desc limit 1), published_until = '2999-01-01',"
        " shared_until = '2999-01-01'",
        "decision_date = '2015-01-01'",
        "effective_date = decision_date - 1",
        "item_id = (select id from catalog_catalogitem where code = 'xzxk' limit 1)",
        "document_kind = '会议纪要'",
        "document_kind = ''",
        "document_number = ''",
        "procedure = 'summary'",
        "minor = 'first_minor'",
        "ended_on = null, end_reason = ''",
        "ended_on = ended_on + 10",
        "version = 1",
        "provider_id = (select id from agencies_agency where code = 'hg-gongre')",
        "subject_id = 999999999",
    ]
)


class Lives(RuleBasedStateMachine):
    """Records of one agency, lived through day by day."""

    def __init__(self) -> None:
        super().__init__()
        self.undone = transaction.atomic()
        self.undone.__enter__()
        self.clock = time_machine.travel(timezone.now(), tick=False)
        self.traveller = self.clock.start()
        self.agency = Agency.objects.get(code="hg-shijian")
        self.author = Author(self.agency)
        self.count = 0
        self.seen: dict[tuple[int, date], tuple[bool, bool, bool]] = {}
        self.final: dict[int, date] = {}

    def teardown(self) -> None:
        self.clock.stop()
        transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)

    def records(self) -> list[CreditRecord]:
        return list(CreditRecord.objects.select_related("item", "subject", "tier__regime").order_by("pk"))

    def pick(self, data: Any) -> CreditRecord:
        return data.draw(st.sampled_from(self.records()), label="record")

    def attempt(self, action: Callable[[], object]) -> None:
        """Services may refuse; whatever they do, the invariants hold."""
        with suppress(Refused, RecordChanged):
            action()

    # --- what happens ----------------------------------------------------------------------------------

    @rule(ago=_DAYS, types=_TYPES, person=st.booleans(), again=st.booleans())
    def accept(self, ago: int, types: str, person: bool, again: bool) -> None:
        self.count += not again
        row = {"CF_WSH": f"鹤市监罚〔2026〕{max(self.count, 1)}号", "CF_CFLB": types}
        row["CF_JDRQ"] = (today() - timedelta(days=ago)).isoformat()
        if person:
            row |= dict.fromkeys(("CF_XDR_SHXYM", "CF_XDR_GSZC", "CF_FRDB", "CF_FR_ZJLX", "CF_FR_ZJHM"), "")
            row |= {"CF_XDR_MC": "林有田", "CF_XDR_LB": "自然人", "CF_XDR_ZJLX": "身份证"}
            row["CF_XDR_ZJHM"] = make_id_number("230402", date(1986, 3, 5), 17)
        self.attempt(lambda: hand_in(self.agency, **row))
        # received when the clock of the test says, not the database's
        CreditRecord.objects.filter(received_at__gt=timezone.now()).update(received_at=timezone.now())

    @precondition(lambda self: CreditRecord.objects.exists())
    @rule(
        data=st.data(),
        fields=st.one_of(_HARMLESS, _HARMLESS, _CHANGES),
        grounded=st.booleans(),
        stale=st.sampled_from([False, False, False, True]),
    )
    def correct(self, data: Any, fields: dict[str, str], grounded: bool, stale: bool) -> None:
        self.put_right(self.pick(data), fields, grounded=grounded, stale=stale)

    def put_right(self, record: CreditRecord, fields: dict[str, str], *, grounded: bool, stale: bool) -> None:
        why = Why(CorrectionGround.MISTYPED, "与决定书不一致")
        if grounded:
            why = Why(why.ground, why.explanation, record.document_number, today())
        self.attempt(
            lambda: correct_record(
                author=self.author,
                record_id=record.pk,
                version=record.version - stale,
                why=why,
                fields=fields,
            )
        )

    @precondition(lambda self: CreditRecord.objects.exists())
    @rule(data=st.data(), number=st.integers(1, 3), kind=st.sampled_from(["review", "litigation"]))
    def mark(self, data: Any, number: int, kind: str) -> None:
        record = self.pick(data)
        one = Case(kind, "鹤岗市人民政府", f"{number}号", today(), BASIS)
        self.attempt(
            lambda: mark_proceeding(author=self.author, record_id=record.pk, version=record.version, case=one)
        )

    @precondition(lambda self: Proceeding.objects.filter(outcome="").exists())
    @rule(data=st.data(), outcome=st.sampled_from(sorted(Outcome.values)))
    def decide(self, data: Any, outcome: str) -> None:
        rows = list(Proceeding.objects.filter(outcome="").select_related("record").order_by("pk"))
        one = data.draw(st.sampled_from(rows), label="proceeding")
        decision = Decision(outcome, "鹤政复决1号", today())
        self.attempt(
            lambda: note_outcome(
                author=self.author, proceeding_id=one.pk, version=one.record.version, decision=decision
            )
        )

    @precondition(lambda self: CreditRecord.objects.exists())
    @rule(data=st.data(), reason=st.sampled_from(["entered_wrongly", "not_collectable", "repaired"]))
    def end(self, data: Any, reason: str) -> None:
        record = self.pick(data)
        if reason == EndReason.REPAIRED:
            end_record(officer=None, record_id=record.pk, on=today(), reason=reason, basis="第14条")
            return
        why = Why(reason, "报送有误")
        self.attempt(
            lambda: withdraw_record(author=self.author, record_id=record.pk, version=record.version, why=why)
        )

    @rule(days=st.sampled_from([0, 1, 2, 5, 40, 200, 400]))
    def wait(self, days: int) -> None:
        """The day ends: what held on it is written down, and the clock goes on."""
        for record in self.records():
            held = tuple(gate(today()).filter(pk=record.pk).exists() for gate in (published, shared, used))
            self.seen[record.pk, today()] = held  # type: ignore[assignment]
        self.traveller.shift(timedelta(days=days))
        touch_ended(on=today())

    @precondition(lambda self: CreditRecord.objects.exists())
    @rule(data=st.data(), change=_SQL)
    def sql(self, data: Any, change: str) -> None:
        record = self.pick(data)
        statement = f"update records_creditrecord set changed_at = %s, {change} where id = %s"
        with suppress(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("set local role credit_app")
            cursor.execute(statement, [timezone.now(), record.pk])
            cursor.execute("set constraints all immediate")
            cursor.execute("reset role")

    # --- what always holds -----------------------------------------------------------------------------

    @invariant()
    def what_always_holds(self) -> None:
        """All of it about the same rows, read once after each step: what nothing was written to meanwhile stays the same."""
        records = self.records()
        self.every_record_stands_in_the_catalog_with_its_document(records)
        self.nothing_reaches_a_channel_after_its_end(records)
        self.an_outcome_has_its_consequence(records)
        self.what_ended_for_good_stays_ended(records)
        self.every_version_is_kept(records)
        self.history_tells_what_held_on_every_day(records)

    def every_record_stands_in_the_catalog_with_its_document(self, records: list[CreditRecord]) -> None:
        lawful = set(DocumentKind.objects.filter(lawful=True).values_list("name", flat=True))
        for one in records:
            assert one.item.effective_from <= one.decision_date and one.item_code == one.item.code
            assert one.item.effective_until is None or one.decision_date <= one.item.effective_until
            assert one.document_number and one.effective_date >= one.decision_date
            assert one.item.nature != Nature.DISHONEST or one.document_kind in lawful
            assert (one.procedure, one.minor) == ("ordinary", "none")

    def nothing_reaches_a_channel_after_its_end(self, records: list[CreditRecord]) -> None:
        on = today()
        gates = [set(gate(on).values_list("pk", flat=True)) for gate in (published, shared, used)]
        pushed = {row.object_id for row in open_rows(live_rows(shared(on)))}
        for one in records:
            shown, held, counts = (one.pk in gate for gate in gates)
            assert (record_shown(one.pk, on) is not None) == shown and (one.pk in pushed) == held
            assert held or not (shown or counts)
            if held:
                assert one.tier is not None
                last = add_months(max(one.decision_date, one.effective_date), one.tier.max_months)
                received = add_months(timezone.localdate(one.received_at), one.tier.max_months)
                assert on <= max(last, received)
                assert one.ended_on is None or one.ended_on > on
            assert not (
                shown and one.subject.kind == SubjectKind.PERSON and not one.item.person_publication_basis_id
            )

    def an_outcome_has_its_consequence(self, records: list[CreditRecord]) -> None:
        for one in Proceeding.objects.exclude(outcome="").select_related("record"):
            record = one.record
            if one.outcome in OVERTURNING or (
                one.outcome in DEMANDING and one.ends_on <= today() and not _settled(one)
            ):
                assert record.ended_on is not None and record.ended_on <= today()
        kinds = defaultdict[int, set[str]](set)
        for pk, kind in Proceeding.objects.filter(outcome="").values_list("record", "kind"):
            kinds[pk].add(kind)
        for record in records:
            assert set(filter(None, record.contested.split(","))) == kinds[record.pk]

    def what_ended_for_good_stays_ended(self, records: list[CreditRecord]) -> None:
        for one in records:
            if one.end_reason in ("revoked", "unlawful", "void", "not_collectable") and one.ended_on:
                assert one.ended_on <= self.final.setdefault(one.pk, one.ended_on)
            else:
                assert one.pk not in self.final

    def every_version_is_kept(self, records: list[CreditRecord]) -> None:
        kept = defaultdict[int, list[int]](list)
        for pk, number in RecordVersion.objects.order_by("number").values_list("record", "number"):
            kept[pk].append(number)
        changes = Pending.objects.filter(tbl=TABLES["records_creditrecord"], op="U")
        touched = Counter(changes.values_list("object_id", flat=True))
        for one in records:
            assert kept[one.pk] == list(range(1, one.version))
            assert touched[one.pk] >= one.version - 1

    def history_tells_what_held_on_every_day(self, records: list[CreditRecord]) -> None:
        now = {one.pk: one for one in records}
        for (pk, day), held in self.seen.items():
            if day < today():
                found = record_on(now[pk], day)
                assert found is not None
                assert (found.state.published, found.state.shared, found.state.used) == held


def _settled(one: Proceeding) -> bool:
    return one.changes.filter(kind__in=("correction", "withdrawal")).exists()


@pytest.mark.long
@pytest.mark.django_db
def test_no_sequence_of_services_and_no_sql_breaks_what_always_holds() -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Lives,
        settings=settings(
            max_examples=examples(8),
            stateful_step_count=20,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )


@pytest.mark.django_db
def test_the_lives_above_can_come_to_a_correction_that_holds() -> None:
    """Whether a random life gets to one is chance; that the moves can do it, and what must hold afterwards, is not."""
    lives = Lives()
    try:
        lives.accept(30, "罚款", person=False, again=False)
        (record,) = lives.records()
        before = record.version
        lives.put_right(record, {"CF_SY": "经营的糕点超过保质期5日。"}, grounded=True, stale=False)
        record.refresh_from_db(fields=["version"])
        assert record.version == before + 1
        for _, holds in inspect.getmembers(
            lives, lambda member: hasattr(member, "hypothesis_stateful_invariant")
        ):
            holds()
    finally:
        lives.teardown()
