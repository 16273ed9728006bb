"""One company with a penalty and a licence, one natural person with a licence, seen on a fixed day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine

from common.identifiers import make_id_number
from records.models import CreditRecord, Subject
from tests.factories import make_licence, make_penalty, make_person, make_subject

HEGANG = ZoneInfo("Asia/Shanghai")
ID_NUMBER = make_id_number("230402", date(1986, 3, 5), 1)
TODAY = datetime(2026, 11, 23, 10, 0, tzinfo=HEGANG)


@pytest.fixture(autouse=True)
def today() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(TODAY, tick=False) as traveller:
        yield traveller


@dataclass(frozen=True)
class People:
    """青松岭: a company with a penalty and a licence. 林有田: a person with a licence."""

    company: Subject
    penalty: CreditRecord
    licence: CreditRecord
    person: Subject
    permit: CreditRecord


@pytest.fixture
def people(db: None) -> People:
    company = make_subject("鹤岗市青松岭农机销售有限公司")
    person = make_person("林有田", id_number=ID_NUMBER)
    return People(
        company=company,
        penalty=make_penalty(company),
        licence=make_licence(company),
        person=person,
        permit=make_licence(person, content="林有田 道路货物运输从业资格", number="鹤交许〔2026〕3号"),
    )
