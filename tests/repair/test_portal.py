"""What somebody without an account does: find the record, apply, track, supplement, download, verify, object."""

import re
from pathlib import Path

import pytest
from captcha.models import CaptchaStore
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from common.models import StoredFile
from portal.humans import ErrandThrottle
from records.models import CreditRecord
from repair import codes, services
from repair.models import Case, Material
from tests.factories import make_penalty
from tests.qr import addresses_in
from tests.repair import samples
from tests.repair.uploads import HARMFUL

pytestmark = pytest.mark.django_db


def answered(page: str) -> dict[str, str]:
    """The hidden keys of a page's question and the sum of its words."""
    keys = dict(re.findall(r'name="(human_(?:picture|sum))" value="([0-9a-f]{40})"', page))
    return {**keys, "human_answer": CaptchaStore.objects.get(hashkey=keys["human_sum"]).response}


def application(page: str, **changed: object) -> dict[str, object]:
    return {
        "name": "李春梅",
        "phone": "13904680000",
        "text": "罚款已经缴清。",
        "fulfilment": samples.pdf(),
        "identity": samples.png("身份证明.png"),
        "confirm": "on",
        **answered(page),
        **changed,
    }


def apply(client: Client, record: CreditRecord, path: str = "/repair/apply/", **changed: object) -> str:
    page = client.get(f"{path}?record={record.pk}").content.decode()
    answer = client.post(f"{path}?record={record.pk}", application(page, **changed))
    return answer.content.decode()


def filed(page: str) -> tuple[str, str]:
    number = re.search(r"(?:XF|YY|CZ|FH)\d{14}", page)
    code = re.search(r"data-query-code>([2-9A-Z]{8})<", page)
    assert number and code, page[-3000:]
    return number[0], code[1]


def track(client: Client, number: str, code: str) -> tuple[str, str]:
    page = client.post("/progress/", {"number": number, "code": code}).content.decode()
    token = re.search(r'name="token" value="([^"]+)"', page)
    return page, token[1] if token else ""


def test_from_the_record_to_a_certificate_that_anybody_can_check(client: Client) -> None:
    record = samples.ripe_penalty()
    assert f"/repair/apply/?record={record.pk}" in client.get(f"/records/{record.pk}/").content.decode()
    number, code = filed(apply(client, record))
    case = Case.objects.get(number=number)
    assert {m.kind for m in case.materials.all()} == {"fulfilment", "identity", "commitment"}
    page, token = track(client, number, code.lower())
    assert "待受理" in page and "李春梅" not in page and "13904680000" not in page
    samples.decided(services.accept(officer=samples.reviewer(), case_id=case.pk))
    page, token = track(client, number, code)
    assert "决定：同意" in page
    for do in ("receipt", "decision", "certificate"):
        answer = client.post("/progress/", {"token": token, "do": do})
        assert answer.content.startswith(b"%PDF"), do
        assert answer["Cache-Control"] == "no-store" or "no-store" in answer["Cache-Control"]
    (address,) = addresses_in(answer.content)  # as a camera reads the picture on the certificate
    assert "证明真实有效" in client.get(address.removeprefix("http://testserver")).content.decode()
    case.refresh_from_db()
    check = codes.check_code(number, case.decided_on)  # type: ignore[arg-type]
    assert "证明真实有效" in client.get("/repair/verify/", {"number": number, "code": check}).content.decode()
    wrong = client.get("/repair/verify/", {"number": number, "code": "AAAAAAAA"}).content.decode()
    assert "没有这份证明" in wrong and record.document_number not in wrong
    assert client.get(f"/records/{record.pk}/").status_code == 404


def test_a_code_that_does_not_fit_opens_nothing(client: Client) -> None:
    number, _ = filed(apply(client, samples.ripe_penalty()))
    answer = client.post("/progress/", {"number": number, "code": "ABCDEFGH"})
    assert answer.status_code == 422 and "对不上" in answer.content.decode()
    assert "13904680000" not in answer.content.decode()
    answer = client.post("/progress/", {"token": "x.y.z", "do": "certificate"})
    assert "重新输入" in answer.content.decode()


def test_what_is_too_early_is_said_before_anything_is_asked(client: Client) -> None:
    early = make_penalty(decision_date=samples.today())
    page = client.get(f"/repair/apply/?record={early.pk}").content.decode()
    assert "minimum_period_not_reached" in page and '<form class="form"' not in page


def test_what_is_not_public_cannot_be_asked_about(client: Client) -> None:
    hidden = samples.ripe_penalty(ended_on=samples.today())
    assert client.get(f"/repair/apply/?record={hidden.pk}").status_code == 404
    assert client.get("/repair/apply/?record=99999999").status_code == 404
    assert client.get("/repair/apply/?record=x").status_code == 404
    assert client.get("/repair/apply/?entry=x").status_code == 404


def test_a_wrong_answer_asks_again_and_a_right_one_is_good_once(client: Client) -> None:
    record = samples.ripe_penalty()
    page = client.get(f"/repair/apply/?record={record.pk}").content.decode()
    sent = application(page)
    again = client.post(f"/repair/apply/?record={record.pk}", {**sent, "human_answer": "99"})
    assert again.status_code == 422 and not Case.objects.exists()
    fresh = again.content.decode()
    assert answered(fresh)["human_sum"] != answered_keys(page)["human_sum"]
    good = application(fresh)
    assert "申请已收到" in client.post(f"/repair/apply/?record={record.pk}", good).content.decode()
    other = samples.ripe_penalty()
    reused = {**application(fresh_page(client, other)), **{k: good[k] for k in KEYS}}
    assert client.post(f"/repair/apply/?record={other.pk}", reused).status_code == 422


KEYS = ("human_picture", "human_sum", "human_answer")


def answered_keys(page: str) -> dict[str, str]:
    return dict(re.findall(r'name="(human_(?:picture|sum))" value="([0-9a-f]{40})"', page))


def fresh_page(client: Client, record: CreditRecord) -> str:
    return client.get(f"/repair/apply/?record={record.pk}").content.decode()


def test_the_picture_is_an_image_and_its_characters_are_an_answer_too(client: Client) -> None:
    record = samples.ripe_penalty()
    page = fresh_page(client, record)
    key = answered_keys(page)["human_picture"]
    assert client.get(f"/captcha/{key}/")["Content-Type"] == "image/png"
    letters = CaptchaStore.objects.get(hashkey=key).response.upper()
    sent = application(page, human_answer=letters)
    assert "申请已收到" in client.post(f"/repair/apply/?record={record.pk}", sent).content.decode()


@pytest.mark.parametrize("name", sorted(HARMFUL))
def test_harmful_uploads_are_refused_and_nothing_is_kept(
    client: Client, name: str, settings: LazySettings
) -> None:
    settings.FILE_MAX_BYTES = 1024**2
    upload, words = HARMFUL[name]()
    record = samples.ripe_penalty()
    page = apply(client, record, fulfilment=upload)
    assert words in page, re.findall(r"field__error.*?</div>", page, re.DOTALL)
    assert not Case.objects.exists() and not StoredFile.objects.exists() and not Material.objects.exists()
    root = Path(settings.PRIVATE_ROOT)
    assert not [path for path in root.rglob("*") if path.is_file()]


def test_no_commitment_no_application(client: Client) -> None:
    page = apply(client, samples.ripe_penalty(), confirm="")
    assert "请在线作出承诺，或者上传签字盖章的承诺书" in page and not Case.objects.exists()


def test_supplement_withdraw_and_apply_again(client: Client) -> None:
    record = samples.ripe_penalty()
    number, code = filed(apply(client, record))
    case = Case.objects.get(number=number)
    services.return_once(officer=samples.reviewer(), case_id=case.pk, missing=["缴款凭证看不清"])
    page, token = track(client, number, code)
    assert "缴款凭证看不清" in page
    sent = {"token": token, "do": "supplement", "papers": [samples.pdf()], "text": "重新拍照"}
    assert "补正材料已收到" in client.post("/progress/", sent).content.decode()
    assert "已撤回" in client.post("/progress/", {"token": token, "do": "withdraw"}).content.decode()
    filed(apply(client, record))


def test_an_objection_marks_page_and_interface_at_once(client: Client) -> None:
    record = samples.ripe_penalty()
    filed(apply(client, record, "/objections/apply/", ground="wrong", text="文号有误，应为12号"))
    assert "异议处理中" in client.get(f"/records/{record.pk}/").content.decode()
    items = client.get("/api/v1/public/records/?item=xzcf").json()["items"]
    assert items[0]["disputed_since"] == samples.today().isoformat()


def test_a_refused_objection_is_taken_to_review_from_the_progress_page(client: Client) -> None:
    record = samples.ripe_penalty()
    number, code = filed(apply(client, record, "/objections/apply/", ground="duplicate", text="重复公示"))
    case = services.accept(officer=samples.chief(), case_id=Case.objects.get(number=number).pk)
    samples.decided(case, grant=False, reasons="两条文号不同")
    page, token = track(client, number, code)
    assert "申请复核" in page and "行政复议" in page and "两条文号不同" in page
    sent = {"token": token, "do": "review", "name": "李春梅", "phone": "1", "text": "请再核实"}
    again, _ = filed(client.post("/progress/", sent).content.decode())
    assert again.startswith("FH")


def test_reorganisation_is_asked_for_with_the_courts_order(client: Client) -> None:
    record = samples.ripe_penalty()
    page = apply(client, record, "/repair/reorganisation/", court_order=samples.pdf("裁定书.pdf"))
    number, _ = filed(page)
    assert Case.objects.get(number=number).kind == "reorganisation"


def test_notice_and_commitment_as_pdf_and_word(client: Client) -> None:
    record, entry = samples.ripe_penalty(), samples.listed()
    for path in ("/repair/notice/", "/repair/commitment/"):
        for about in (f"record={record.pk}", f"entry={entry.public_id}"):
            assert client.get(f"{path}?{about}").content.startswith(b"%PDF")
            assert client.get(f"{path}?{about}&format=word").content.startswith(b"PK")
    assert client.get("/repair/notice/").status_code == 404


def test_a_list_entry_says_when_it_can_be_removed_and_from_where(client: Client) -> None:
    entry, young = samples.listed(), samples.listed(days=30)
    assert "申请移出" in client.get(f"/lists/entries/{entry.public_id}/").content.decode()
    assert "最短公示期到" in client.get(f"/lists/entries/{young.public_id}/").content.decode()


def test_pages_without_a_thing_lead_to_it(client: Client) -> None:
    for path in ("/repair/apply/", "/objections/apply/", "/repair/reorganisation/", "/progress/"):
        assert client.get(path).status_code == 200, path


def test_too_many_hand_ins_from_one_address_wait(client: Client) -> None:
    assert ErrandThrottle().rate == "20/min", (
        "not the rate of reading pages: query codes must not be tried out"
    )
    record = samples.ripe_penalty()
    sent = {"number": "XF20261126000001", "code": "ABCDEFGH"}
    answers = [client.post("/progress/", sent).status_code for _ in range(21)]
    assert answers == [422] * 20 + [429]
    assert client.get(f"/records/{record.pk}/").status_code == 200


def test_forms_and_pages_speak_of_no_fee(client: Client) -> None:
    record = samples.ripe_penalty()
    page = fresh_page(client, record)
    assert "不收费" in page and not re.search(r'name="[^"]*(fee|pay|amount|price)', page)
    assert isinstance(samples.png(), SimpleUploadedFile)
