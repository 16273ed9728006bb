"""Puts the invented decisions through the real intake: files are written, opened, judged row by row, and stored."""

import random
import time
from datetime import date
from pathlib import Path
from typing import Final, NamedTuple

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from agencies.models import Agency, Officer
from catalog import selectors as catalog
from common.clock import today
from portal.demo import decisions, files
from portal.demo.accounts import load_accounts
from portal.demo.evidence import load_evidence
from portal.demo.identity import load_identity
from portal.demo.listing import load_listing
from portal.demo.lists import load_lists
from portal.demo.measures import load_screenings
from portal.demo.news import load_news
from portal.demo.persons import load_agreement, load_persons
from portal.demo.purposes import load_purposes
from portal.demo.subjects import subjects
from records.choices import BatchStatus, Channel, Procedure
from records.models import IntakeBatch
from records.services import open_batch, process_batch

_SEED: Final = 2022_0302
_WAIT_SECONDS: Final = 600
_UNFINISHED: Final = (BatchStatus.QUEUED, BatchStatus.RUNNING)


class HandIn(NamedTuple):
    """One file of the demo; `share` is its part of the scale in percent."""

    item: str
    agency: str
    officer: str
    kind: str
    share: int
    platform_columns: bool = True


HAND_INS: Final = (
    HandIn("xzcf", "hg-shijian", "shijian-luru", "csv", 18),
    HandIn("xzcf", "hg-yingji", "yingji-luru", "xlsx", 9),
    HandIn("xzcf", "hg-xiaofang", "xiaofang-luru", "gbk.csv", 8, platform_columns=False),
    HandIn("xzcf", "hg-jiaotong", "jiaotong-luru", "csv", 9),
    HandIn("xzcf", "hg-shengtai", "shengtai-luru", "xlsx", 6),
    HandIn("xzcf", "luobei-shijian", "luobei-shijian-luru", "csv", 6),
    HandIn("xzxk", "hg-shijian", "shijian-luru", "xlsx", 14),
    HandIn("xzxk", "luobei-shijian", "luobei-shijian-luru", "csv", 6),
    HandIn("xzxk", "hg-jiaotong", "jiaotong-luru", "gbk.csv", 7),
    HandIn("xzxk", "hg-yingji", "yingji-luru", "csv", 4),
    HandIn("xzxk", "hg-shengtai", "shengtai-luru", "csv", 3),
    HandIn("sxbzxr", "hg-zhongyuan", "zhongyuan-luru", "xlsx", 3),
    HandIn("jyyc", "hg-shijian", "shijian-luru", "csv", 3),
    HandIn("cxry", "hg-shijian", "shijian-luru", "csv", 2),
    HandIn("xycn", "hg-jiaotong", "jiaotong-luru", "csv", 2),
)


def load(scale: int) -> list[IntakeBatch]:
    """Accounts and duty purposes, then at least `scale` rows that are taken; returns the batches of this scale. A second call adds nothing."""
    officers = load_accounts()
    load_purposes(officers)
    load_evidence(officers)
    load_persons(officers)
    load_lists(officers)
    agencies = {agency.code: agency for agency in Agency.objects.all()}
    batches = [
        _hand_in(part, scale, agencies[part.agency], officers[part.officer], today()) for part in HAND_INS
    ]
    load_identity(officers)
    load_listing(officers)
    load_screenings(officers)
    load_agreement(officers)
    load_news(officers)
    return batches


def _hand_in(part: HandIn, scale: int, agency: Agency, officer: Officer, on: date) -> IntakeBatch:
    filename = f"演示_{part.item}_{part.agency}_{scale}.{part.kind}"
    batch = IntakeBatch.objects.filter(filename=filename).first()
    if batch is None:
        content = _table(part, scale, agency, on)
        folder = Path(settings.VAR_DIR) / "demo-files"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / filename).write_bytes(content)
        batch = open_batch(
            agency=agency,
            item_code=part.item,
            upload=SimpleUploadedFile(filename, content),
            channel=Channel.FILE,
            officer=officer,
            declared_procedure="" if part.platform_columns else Procedure.ORDINARY,
        )
    return _finished(batch)


def _finished(batch: IntakeBatch) -> IntakeBatch:
    """Work the batch off here, or wait for the worker that was quicker. TimeoutError after ten minutes."""
    end = time.monotonic() + _WAIT_SECONDS
    while batch.status in _UNFINISHED:
        if not process_batch(batch.pk):
            if time.monotonic() > end:
                raise TimeoutError(batch.filename)
            time.sleep(0.2)
        batch.refresh_from_db()
    return batch


def _table(part: HandIn, scale: int, agency: Agency, on: date) -> bytes:
    # Strings, not hash(): the same scale gives the same table in every process.
    people = subjects(max(36, scale // 3), random.Random(f"{_SEED}"))  # noqa: S311 - invented data
    chance = random.Random(f"{_SEED}:{part.item}:{part.agency}:{scale}")  # noqa: S311 - invented data
    count = max(2, -(-scale * part.share // 100))  # rounded up: together at least the scale
    rows = decisions.rows_of(part.item, count, agency, people, on, chance)
    item = catalog.items(on).get(code=part.item)
    headers = {field.code: field.label for field in item.fields.all()}
    if part.kind == "gbk.csv":
        headers = {code: code for code in headers}  # some agencies send codes as headers
    if part.item == "xzcf" and part.platform_columns:
        headers |= {name: name for name in ("适用程序", "轻微情形")}
    return files.write_table(part.kind, headers, rows, f"{agency.name}{item.name}信息报送表")
