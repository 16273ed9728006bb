"""Consents through the services and in the database: what is refused, what is cut, what a withdrawal ends at once."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, ProgrammingError, connection, transaction

from agencies.choices import Role
from common.clock import today
from common.gates import Refused
from common.identifiers import make_id_number
from records import selectors
from records.models import CreditRecord, Subject
from records.persons import services
from records.persons.models import Consent
from records.persons.selectors import filter_consents
from records.persons.services import Person
from tests import people
from tests.clauses import STANDARD
from tests.ledger.samples import AsRole
from tests.persons.samples import ADULT, consent, honour, submitter, terms, to_publication

pytestmark = pytest.mark.django_db
CHILD = Person(
    "宋小满", "身份证", make_id_number("230402", today().replace(year=today().year - 10, day=1), 7)
)
TEEN = Person("宋小满", "身份证", make_id_number("230402", today().replace(year=today().year - 16, day=1), 7))
UNTIL = today() + timedelta(days=365)


def refused(person: Person = ADULT, **changes: object) -> set[tuple[str, str]]:
    with pytest.raises(Refused) as caught:
        consent(person, **changes)
    assert not any(STANDARD in one.basis for one in caught.value.refusals), "a consent is no data handed in"
    return {(one.pointer, one.code) for one in caught.value.refusals}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"purpose": " "}, {("/purpose", "field_required")}),
        ({"method": ""}, {("/method", "field_required")}),
        ({"scope": ""}, {("/scope", "field_required")}),
        ({"document_number": ""}, {("/document_number", "field_required")}),
        ({"items": []}, {("/items", "field_required")}),
        ({"rights_told": False}, {("/rights_told", "consent_missing")}),
        ({"items": ["no-such-item"]}, {("/items", "item_not_in_force")}),
        ({"items": ["htly"]}, {("/items", "code_unknown")}),
        ({"items": ["zczy"]}, {("/items", "provider_not_authorised")}),
        ({"valid_until": None}, {("/valid_until", "consent_for_life")}),
        ({"valid_until": date(2099, 12, 31)}, {("/valid_until", "consent_for_life")}),
        ({"valid_until": today() - timedelta(days=1)}, {("/valid_until", "consent_expired")}),
        ({"valid_from": today() - timedelta(days=1)}, {("/valid_from", "date_order")}),
        ({"given_on": None}, {("/given_on", "field_required")}),
        ({"valid_from": None}, {("/valid_from", "field_required")}),
        ({"given_on": today() + timedelta(days=1), "valid_from": today() + timedelta(days=1)}, {("/given_on", "date_in_future")}),
        ({"kind": "publication"}, {("/allows", "scope_exceeded")}),
        ({"allows": ["use"]}, {("/allows", "scope_exceeded")}),
        ({"given_by": "guardian"}, {("/relation", "field_required"), ("/giver_name", "field_required")}),
        ({"kind": "x", "means": "x", "given_by": "x", "relation": "父亲", "giver_name": "宋大山"},
         {("/kind", "code_unknown"), ("/means", "code_unknown"), ("/given_by", "code_unknown")}),
    ],
)  # fmt: skip
def test_what_is_no_consent(changes: dict[str, object], expected: set[tuple[str, str]]) -> None:
    assert refused(**changes) == expected


def test_what_can_never_be_public_can_not_be_consented_to_be() -> None:
    with pytest.raises(Refused, match="publication_not_allowed"):
        services.register_consent(
            agency=people.agency("hg-renshe"), person=ADULT, terms=terms(kind="publication", items=["zczy"], allows=[])
        )  # fmt: skip


def test_a_person_is_known_by_name_and_document() -> None:
    assert refused(Person(" ", "身份证", "230402199001011234")) == {
        ("/name", "field_required"),
        ("/document", "identifier_invalid"),
    }


@pytest.mark.parametrize(
    ("person", "given_by", "code"),
    [
        (CHILD, "self", "consent_missing"),
        (CHILD, "both", "consent_missing"),
        (CHILD, "guardian", None),
        (TEEN, "self", "consent_missing"),
        (TEEN, "both", None),
        (TEEN, "guardian", None),
    ],
)
def test_a_guardian_speaks_for_a_minor(person: Person, given_by: str, code: str | None) -> None:
    guardian = {"given_by": given_by, "relation": "母亲", "giver_name": "林月"}
    if code is None:
        assert consent(person, **guardian).relation == "母亲"
        assert honour(person).shared_until == UNTIL
        with pytest.raises(Refused, match="publication_not_allowed"):
            to_publication(person, **guardian)
    else:
        assert ("/given_by", code) in refused(person, **guardian)


def test_officers_register_for_their_own_unit() -> None:
    with pytest.raises(PermissionDenied):
        services.register_consent(
            agency=people.agency("hg-yingji"), person=ADULT, terms=terms(), officer=submitter()
        )
    with pytest.raises(PermissionDenied):
        services.register_consent(
            agency=people.agency(), person=ADULT, terms=terms(), officer=people.officer(Role.AUDITOR)
        )
    done = services.register_consent(agency=people.agency(), person=ADULT, terms=terms(), officer=submitter())
    assert services.opened(done) == {
        "name": "宋小满", "document_kind": "身份证", "document": ADULT.document, "giver_name": "", "giver_document": "",
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("select to_jsonb(c)::text from records_consent c")
        (text,) = cursor.fetchone()
    assert ADULT.document not in text and "宋小满" not in text


def test_a_record_stands_on_a_consent_and_is_cut_to_it() -> None:
    with pytest.raises(Refused, match="consent_missing"):
        honour()
    consent()
    record = honour()
    assert (record.shared_until, record.used_until, record.published_until) == (UNTIL, UNTIL, None)
    person = Subject.objects.get(pk=record.subject_id)
    assert person.birth_year == 1990


def test_a_consent_carries_only_what_it_says() -> None:
    consent(allows=[])
    record = honour()
    assert (record.shared_until, record.used_until, record.published_until) == (None, None, None)


def test_a_further_consent_lets_records_go_on() -> None:
    consent(allows=["sharing"])
    record = honour()
    assert (record.shared_until, record.used_until) == (UNTIL, None)
    consent(valid_until=UNTIL + timedelta(days=90), document_number="同意〔2026〕2号")
    to_publication(valid_until=UNTIL - timedelta(days=90))
    record.refresh_from_db()
    assert record.used_until == record.shared_until == UNTIL + timedelta(days=90)
    assert record.published_until == UNTIL - timedelta(days=90)


def test_a_withdrawal_ends_everything_at_once_in_one_transaction() -> None:
    given = consent()
    to_publication()
    record = honour()
    gates = (selectors.published, selectors.shared, selectors.used)
    assert all(gate(today()).filter(pk=record.pk).exists() for gate in gates)
    done = services.withdraw_consent(consent=given, means="paper", officer=submitter())
    assert done.withdrawn_at is not None
    record.refresh_from_db()
    assert (record.ended_on, record.end_reason) == (today(), "consent_withdrawn")
    assert not any(gate(today()).filter(pk=record.pk).exists() for gate in gates)
    with connection.cursor() as cursor:
        cursor.execute(
            "select distinct p.tbl from ledger_pending p join ledger_context c on c.id = p.context_id"
            " where c.action = 'persons.withdraw_consent'"
        )
        assert set(cursor.fetchall()) == {(21,), (27,), (121,)}
    again = services.withdraw_consent(consent=given, means="online")
    assert (again.withdrawn_at, again.withdrawn_means) == (done.withdrawn_at, "paper")
    with pytest.raises(Refused, match="consent_expired"):
        honour(number="鹤市监表彰〔2026〕2号")
    consent(document_number="同意〔2026〕3号")
    assert honour().pk != record.pk  # a new consent, a new record


def test_what_another_consent_carries_is_cut_to_it_and_stays() -> None:
    longer, shorter = consent(), consent(allows=["sharing"], valid_until=today() + timedelta(days=30))
    record = honour()
    services.withdraw_consent(consent=longer, means="paper")
    record.refresh_from_db()
    assert record.ended_on is None and record.shared_until == shorter.valid_until
    assert record.used_until == today() - timedelta(days=1)


def test_withdrawing_publication_leaves_the_record_and_hides_it() -> None:
    consent()
    shown = to_publication()
    record = honour()
    assert record.published_until == UNTIL
    services.withdraw_consent(consent=shown, means="online")
    record.refresh_from_db()
    assert record.published_until == today() - timedelta(days=1) and record.shared_until == UNTIL
    assert not selectors.published(today()).exists() and selectors.shared(today()).exists()


def test_a_clause_of_the_catalog_is_no_consent_and_stays() -> None:
    consent()
    record = honour()
    by_law = record.item
    by_law.person_basis = by_law.person_publication_basis = by_law.basis
    by_law.save()
    services.withdraw_consent(consent=Consent.objects.get(), means="paper")
    record.refresh_from_db()
    assert record.ended_on is None and record.shared_until == UNTIL


def test_who_withdraws() -> None:
    given = consent()
    with pytest.raises(PermissionDenied):
        services.withdraw_consent(consent=given, means="paper", officer=people.stranger())
    with pytest.raises(Refused, match="code_unknown"):
        services.withdraw_consent(consent=given, means="telephone", officer=submitter())
    chief = people.officer(Role.AUTHORITY)
    assert services.withdraw_consent(consent=given, means="paper", officer=chief).withdrawn_at


# --- the database itself, as the application's role ---------------------------------------------------------


def run(sql: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


COPIED = """
insert into records_creditrecord (subject_id, item_id, item_code, provider_id, channel, fingerprint,
    document_kind, document_number, decision_date, effective_date, authority_name, authority_uscc, procedure, minor, end_reason,
    ended_noted, data, shared_until, used_until, published_until)
select subject_id, item_id, item_code, provider_id, channel, decode(md5(random()::text), 'hex'),
    document_kind, document_number, {day}, effective_date, authority_name, authority_uscc, procedure, minor, '', ended_noted, data,
    {shared}, {used}, {published} from records_creditrecord where id = {id}
"""


def copy(record: CreditRecord, **changes: str) -> None:
    columns = {
        "day": "decision_date",
        "shared": "shared_until",
        "used": "used_until",
        "published": "published_until",
    }
    with AsRole("credit_app"):
        run(COPIED.format(**{**columns, **changes}, id=record.pk))


def test_no_sql_records_a_person_beyond_the_consents() -> None:
    consent(allows=["sharing"]), to_publication(valid_until=UNTIL - timedelta(days=1))
    record = honour()
    copy(record)  # so that the refusals mean something
    for gate, changes in (
        ("G6 consent_expired", {"shared": "shared_until + 1"}),
        ("G6 consent_expired", {"used": "shared_until"}),
        ("G7 publication_not_allowed", {"published": "shared_until"}),
        ("G7 publication_not_allowed", {"day": "'2007-12-31'"}),
    ):
        with pytest.raises(IntegrityError, match=gate if "day" not in changes else r"G[17]"):
            copy(record, **changes)
    for change in (
        "shared_until = shared_until + 1",
        "used_until = shared_until",
        "published_until = shared_until",
    ):
        with pytest.raises(IntegrityError, match=r"G[67] "), AsRole("credit_app"):
            run(f"update records_creditrecord set {change} where id = {record.pk}")
    with AsRole("credit_app"):
        run(
            "update records_consent set withdrawn_at = now(), withdrawn_means = 'paper' where kind = 'collection'"
        )
    assert not selectors.shared(today()).exists() and not selectors.published(today()).exists()
    with pytest.raises(IntegrityError, match="G6 consent_expired"):
        copy(record, shared="null", published="null", used="null")
    with pytest.raises(IntegrityError, match="G6 consent_expired"), AsRole("credit_app"):
        run(f"update records_creditrecord set ended_on = null, end_reason = '' where id = {record.pk}")


def test_no_sql_records_a_person_who_never_consented() -> None:
    consent()
    record = honour()
    run(f"update records_subject set key = 'person:somebody-else' where id = {record.subject_id}")
    with pytest.raises(IntegrityError, match="G6 consent_missing"):
        copy(record)


def test_no_sql_publishes_a_minor_or_somebody_of_unknown_age() -> None:
    consent(), to_publication()
    record = honour()
    for year in ("null", "2008", "2009"):
        run(f"update records_subject set birth_year = {year} where id = {record.subject_id}")
        if year == "2008":  # eighteen in the year of the decision: the day is for the rules to tell
            copy(record)
            continue
        with pytest.raises(IntegrityError, match="G7 publication_not_allowed"):
            copy(record)


@pytest.mark.parametrize(
    "change",
    [
        "valid_until = valid_until + 1",
        "items = '{cxry,zczy}'",
        "allows = '{sharing}'",
        "key = 'person:x'",
        "withdrawn_at = null, withdrawn_means = ''",
    ],
)
def test_a_consent_can_only_be_withdrawn(change: str) -> None:
    given = consent()
    if "withdrawn" in change:
        services.withdraw_consent(consent=given, means="paper")
    with pytest.raises(IntegrityError, match="can only be withdrawn"), AsRole("credit_app"):
        run(f"update records_consent set {change}")


def test_a_consent_is_not_deleted_nor_given_for_life() -> None:
    consent()
    with pytest.raises(ProgrammingError, match="permission denied"), AsRole("credit_app"):
        run("delete from records_consent")
    with pytest.raises(IntegrityError, match="withdrawn, not deleted"):
        run("delete from records_consent")
    columns = (
        "key, kind, agency_id, purpose, items, method, scope, allows, rights_told, given_by, relation, means, document_number,"
        " secret, given_on, valid_from, withdrawn_means"
    )
    insert = (
        "insert into records_consent (public_id, valid_until, {0}) select 'x', {1}, {0} from records_consent"
    )
    for until in ("'2099-12-31'", "valid_from + 732", "'infinity'"):
        with pytest.raises(IntegrityError, match="G6 consent_for_life"), AsRole("credit_app"):
            run(insert.format(columns, until))
    with pytest.raises(IntegrityError, match="valid_until"), AsRole("credit_app"):
        run(insert.format(columns, "null"))


def test_states_agree_with_their_filter() -> None:
    consent(), consent(valid_from=today() + timedelta(days=5))
    services.withdraw_consent(consent=consent(), means="paper")
    for on in (today(), today() + timedelta(days=6), today() + timedelta(days=400)):
        everything = Consent.objects.all()
        for state in {one.state(on) for one in everything}:
            found = set(filter_consents(everything, state=state, item="cxry", on=on))
            assert found == {one for one in everything if one.state(on) == state}
    assert not filter_consents(Consent.objects.all(), state="", item="zczy", on=today()).exists()
