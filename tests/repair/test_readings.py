"""Opening a paper that somebody handed in: who, when and what for stands in a register; others are refused, and that stands too."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from agencies.choices import Role
from repair.choices import Purpose
from repair.models import Case, Material, MaterialReading
from tests.repair import samples
from tests.repair.test_workbench import as_officer

pytestmark = pytest.mark.django_db


def paper_of(case: Case) -> Material:
    return case.materials.filter(file__isnull=False)[0]


def address(case: Case) -> str:
    return f"/workbench/repair/materials/{paper_of(case).pk}/"


def page_of(client: Client, case: Case) -> str:
    return client.get(f"/workbench/repair/cases/{case.number}/").content.decode()


def test_whoever_handles_the_case_opens_its_papers_and_that_is_registered() -> None:
    case, clerk = samples.file(samples.ripe_penalty()).case, samples.officer(Role.SUBMITTER)
    got = as_officer(clerk).get(address(case))
    assert got.content.startswith(b"\x89PNG") and "no-store" in got["Cache-Control"]
    (row,) = MaterialReading.objects.all()
    assert (row.material, row.officer, row.agency) == (paper_of(case), clerk, clerk.agency)
    assert (row.purpose, row.refused) == (Purpose.HANDLING, False)
    shown = page_of(as_officer(samples.officer(Role.AUDITOR)), case)
    assert "材料查阅记录" in shown and "办理本件" in shown and str(clerk) in shown


@pytest.mark.parametrize("who", ["authority", "handler of a closed case"])
def test_anybody_else_entitled_says_what_for_first(who: str) -> None:
    case = samples.file(samples.ripe_penalty()).case
    if who == "authority":
        officer = samples.chief()
    else:
        case, officer = samples.decided(samples.accepted(samples.ripe_penalty())), samples.reviewer()
    client = as_officer(officer)
    asked = client.get(address(case))
    assert "查阅用途" in asked.content.decode() and not MaterialReading.objects.exists()
    for said in ("curiosity", "handling"):
        assert not client.get(f"{address(case)}?purpose={said}").content.startswith(b"\x89PNG")
    got = client.get(f"{address(case)}?purpose=supervision")
    assert got.content.startswith(b"\x89PNG")
    (row,) = MaterialReading.objects.all()
    assert (row.officer, row.purpose) == (officer, Purpose.SUPERVISION)


def test_others_are_refused_and_the_attempt_is_registered() -> None:
    case = samples.file(samples.ripe_penalty()).case
    stranger = samples.officer(Role.REVIEWER, "hg-yingji")
    auditor = samples.officer(Role.AUDITOR)
    assert as_officer(stranger).get(f"{address(case)}?purpose=handling").status_code == 404
    assert as_officer(auditor).get(f"{address(case)}?purpose=supervision").status_code == 403
    assert Client().get(address(case)).status_code == 302
    rows = list(MaterialReading.objects.values_list("officer", "refused", "purpose"))
    assert rows == [(stranger.pk, True, ""), (auditor.pk, True, "")]
    assert "未获准查阅" in page_of(as_officer(samples.reviewer()), case)


def test_the_register_cannot_be_rewritten() -> None:
    case = samples.file(samples.ripe_penalty()).case
    as_officer(samples.reviewer()).get(address(case))
    for text in (
        "update repair_materialreading set purpose = 'review'",
        "delete from repair_materialreading",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(text)
    with pytest.raises(DatabaseError), transaction.atomic():
        MaterialReading.objects.create(material=paper_of(case), officer=samples.reviewer())
