"""Further sentences of items 2 to 5 and 13 of the plan: documents on their days, consent and erasure, copies, 错报."""

from datetime import timedelta

import pytest
from django.test import Client

from agencies.choices import Role
from catalog import services as catalog
from catalog.models import LegalBasis
from common.clock import today
from common.gates import Refused
from province.models import Comparison, PushTarget
from records.erasure import services as erasure
from records.erasure.choices import Ground
from records.models import CreditRecord
from records.persons import asking
from records.persons.models import Consent
from records.selectors import used
from supervision.selectors.errors import errors
from tests import people
from tests.factories import make_penalty
from tests.persons import samples as persons
from tests.plan.test_clauses_1_to_5 import Sentence, hand_in

pytestmark = pytest.mark.django_db


def a_document_is_asked_on_its_day() -> None:
    text = catalog.KindText(
        "行政处罚决定书", False, LegalBasis.objects.get(code="xzcff"), "新法第一条", today(), "verified"
    )
    catalog.enter_kind(officer=people.officer(Role.AUTHORITY), basis="新法", text=text, on=today())
    yesterday = (today() - timedelta(days=1)).isoformat()
    assert hand_in(CF_JDRQ=yesterday).pk
    with pytest.raises(Refused, match="document_kind_not_allowed"):
        hand_in(number=81_900, CF_JDRQ=today().isoformat())


def acts_are_copies_in_public_too() -> None:
    record = hand_in()
    assert "副本（经省填报系统推送）" in Client().get(f"/records/{record.pk}/").content.decode()
    found = Client().get("/api/v1/public/records/?item=xzcf").json()["items"]
    assert [one["copy"] for one in found if one["id"] == record.pk] == [True]


def the_person_confirms_and_takes_back() -> None:
    terms = asking.wanted(
        kind="collection", purpose="记录荣誉", items=[persons.ITEM], allows=["sharing", "use"], method="报送", scope="本市",
        valid_until=today() + timedelta(days=100),
    )  # fmt: skip
    asked = asking.ask(officer=persons.submitter(), person=persons.ADULT, terms=terms)
    typed = {"number": asked.request.number, "code": asked.code}
    page = Client().post("/rights/errand/", typed).content.decode()
    assert all(words in page for words in ("目的", "内容", "方式", "用途和范围", "权利和义务"))
    more = {"do": "give", "document": persons.ADULT.document, "rights_read": "on"}
    Client().post("/rights/errand/", typed | more)
    record = persons.honour()
    assert used(today()).filter(pk=record.pk).exists()
    Client().post("/rights/errand/", typed | {"do": "withdraw"})
    assert not used(today()).filter(pk=record.pk).exists() and Consent.objects.get().withdrawn_at


def what_was_consented_to_is_erased_when_that_ends() -> None:
    persons.consent()
    record = persons.honour()
    window, decider = people.officer(Role.AUTHORITY), people.officer(Role.AUTHORITY, username="decider")
    asked = erasure.ask(
        officer=window, person=persons.ADULT, ground=Ground.WITHDRAWN, words="", identity_checked=True
    )
    erasure.decide(
        officer=decider, number=asked.erasure.number, granted=True, reason="撤回同意", basis=erasure.LAW
    )
    left = CreditRecord.objects.get(pk=record.pk)
    assert (left.data, left.secret, left.document_number) == ({}, None, "（已删除）")


def differences_of_reconciliation_are_errors() -> None:
    target = PushTarget.objects.get(code="province")
    line = {"item": "sxbzxr", "ours": 5, "theirs": 3, "waiting": 0, "rejected": 0}
    Comparison.objects.create(
        target=target, day=today(), settled=True, items=1, objects_held=5, differences=[line]
    )
    make_penalty()
    (one,) = errors(since=today(), until=today(), items=["sxbzxr"])
    assert (one.agency, one.unreconciled, one.total) == ("鹤岗市中级人民法院", 2, 2)


FURTHER = (
    Sentence("2", "可认定失信行为的依据，按作出之日", a_document_is_asked_on_its_day),
    Sentence("3（3）", "通过省相应填报系统推送：本平台收到的是副本", acts_are_copies_in_public_too),
    Sentence(
        "13",
        "征得本人同意，并明确告知目的、内容、方式、用途和范围、权利和义务",
        the_person_confirms_and_takes_back,
    ),
    Sentence(
        "13", "禁止一次授权终身收集使用：同意终止即删除", what_was_consented_to_is_erased_when_that_ends
    ),
    Sentence("5", "解决错报：对账差异", differences_of_reconciliation_are_errors),
)


@pytest.mark.parametrize("sentence", FURTHER, ids=lambda one: f"{one.clause}-{one.must.__name__}")
def test_the_plan_further(sentence: Sentence) -> None:
    sentence.must()
