"""宋小满 is asked for a consent and answers at home: she sees everything, gives, and takes it back with one press."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.test import Client

from agencies.choices import Role
from common.clock import today
from common.gates import Refused
from common.identifiers import make_id_number
from records.models import CreditRecord
from records.persons import asking
from records.persons.choices import RequestState
from records.persons.models import Consent, ConsentRequest
from records.persons.services import Person
from records.selectors import used
from tests import people
from tests.persons.samples import ADULT, ITEM, honour, submitter

pytestmark = pytest.mark.django_db
ERRAND = "/rights/errand/"


def asked(person: Person = ADULT, **changes: object) -> asking.Asked:
    words = {
        "kind": "collection", "purpose": "记录获得的诚实守信荣誉", "items": [ITEM], "allows": ["sharing", "use"],
        "method": "由授予机关报送", "scope": "在本市公共信用信息系统内使用", "valid_until": today() + timedelta(days=365),
    }  # fmt: skip
    return asking.ask(officer=submitter(), person=person, terms=asking.wanted(**{**words, **changes}))  # type: ignore[arg-type]


def say(of: asking.Asked, do: str = "", **more: str) -> tuple[int, str]:
    typed = {
        "number": f" {of.request.number.lower()}",
        "code": f"{of.code[:5]}-{of.code[5:]}",
        "do": do,
        **more,
    }
    answer = Client().post(ERRAND, typed)
    return answer.status_code, answer.content.decode()


def test_asked_seen_given_and_taken_back_at_once() -> None:
    of = asked()
    status, page = say(of)
    assert status == 200 and ADULT.name not in page and ADULT.document not in page
    for told in (
        "记录获得的诚实守信荣誉",
        "由授予机关报送",
        "在本市公共信用信息系统内使用",
        "随时撤回同意",
        "义务",
    ):
        assert told in page
    assert not Consent.objects.exists()
    status, page = say(of, "give", document=ADULT.document, rights_read="on")
    given = Consent.objects.get()
    assert status == 200 and (given.means, given.given_by, given.given_on) == ("online", "self", today())
    row = ConsentRequest.objects.get()
    assert (row.secret, row.key, row.consent) == (None, "", given)
    record = honour()
    assert used(today()).filter(pk=record.pk).exists()
    status, page = say(of, "withdraw")
    given.refresh_from_db()
    assert given.withdrawn_at and given.withdrawn_means == "online" and "您已经撤回" in page
    assert not used(today()).filter(pk=record.pk).exists()
    assert CreditRecord.objects.get().end_reason == "consent_withdrawn"


def test_refusing_leaves_nothing_of_her() -> None:
    of = asked()
    status, _ = say(of, "refuse")
    row = ConsentRequest.objects.get()
    assert status == 200 and (row.state(today()), row.secret, row.key) == (RequestState.REFUSED, None, "")
    assert not Consent.objects.exists()
    assert say(of, "give", document=ADULT.document, rights_read="on")[0] == 422
    assert not Consent.objects.exists()


def test_the_code_alone_does_not_consent() -> None:
    of = asked()
    say(of, "give", document="23040219900101002X", rights_read="on")
    say(of, "give", rights_read="on")
    say(of, "give", document=ADULT.document)
    assert not Consent.objects.exists() and ConsentRequest.objects.get().answer == ""
    assert say(asking.Asked(of.request, "AAAAAAAAAA"))[0] == 422
    assert Client().get(ERRAND).status_code == 200


def test_nobody_is_asked_what_could_not_be_given() -> None:
    child = Person(
        "周小禾", "身份证", make_id_number("230402", today().replace(year=today().year - 10, day=1), 3)
    )
    for changes in ({"person": child}, {"valid_until": None}, {"items": ["no-such"]}, {"purpose": " "}):
        with pytest.raises(Refused):
            asked(**changes)  # type: ignore[arg-type]
    with pytest.raises(PermissionDenied):
        asking.ask(officer=people.officer(Role.AUDITOR), person=ADULT, terms=asking.terms_of(asked().request))


def test_silence_is_no_consent_and_is_forgotten() -> None:
    of = asked()
    late = of.request.open_until + timedelta(days=1)
    with pytest.raises(Refused):
        asking.give(request=of.request, document=ADULT.document, on=late)
    assert asking.forget_lapsed(on=of.request.open_until) == 0
    assert asking.forget_lapsed(on=late) == 1
    row = ConsentRequest.objects.get()
    assert row.secret is None and row.state(late) == RequestState.LAPSED


@pytest.mark.parametrize(
    "statement",
    [
        "update records_consentrequest set answer = 'given', answered_at = now(), secret = null, key = '',"
        " consent_id = (select max(id) from records_consent)",
        "update records_consentrequest set terms = '{}'",
        "delete from records_consentrequest",
    ],
)
def test_no_sql_answers_for_her(statement: str) -> None:
    asked()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set local role credit_app")
        cursor.execute(statement)


def test_the_officer_hands_over_number_and_code_and_follows_the_answer(client: Client) -> None:
    client.force_login(submitter())
    typed = {
        "name": ADULT.name, "document_kind": ADULT.document_kind, "document": ADULT.document, "kind": "collection",
        "purpose": "记录荣誉", "items": [ITEM], "allows": ["sharing"], "method": "报送", "scope": "本市",
        "valid_until": (today() + timedelta(days=100)).isoformat(),
    }  # fmt: skip
    page = client.post("/workbench/persons/consents/ask/", typed).content.decode()
    found = re.search(r"data-query-code>([0-9A-Z]{10})<", page)
    row = ConsentRequest.objects.get()
    assert found and row.number in page
    for shown in (page, client.get("/rights/errand/").content.decode()):
        assert "查询码" in shown, "what is handed over is called as where it is typed"
    assert asking.request_of_person(row.number, found[1]) == row
    assert "待本人确认" in client.get("/workbench/persons/consents/ask/").content.decode()
