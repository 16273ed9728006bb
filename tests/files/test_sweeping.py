"""Files that no row names: gone after a day, whatever folder they lie in; never one whose row may still come."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from structlog.testing import capture_logs

from blacklist.imports.services import receive
from common.files import check, erase, keep, sweeping
from common.files.keeping import AREA
from common.files.store import Area
from common.resealing import sealed_files
from common.tasks import discard_orphan_files
from records import services as records
from records.choices import Channel
from records.intake import storage
from sanctions.models import ScreeningFile
from sanctions.screening import files as screening
from tests import people
from tests.files.test_files import picture
from tests.imports import samples as imports
from tests.persons.samples import fields, submitter

pytestmark = pytest.mark.django_db
AREAS = (AREA, storage.AREA, screening.AREA)


@pytest.fixture(autouse=True)
def _private_root(settings: LazySettings, tmp_path: Path) -> None:
    settings.PRIVATE_ROOT = tmp_path / "private"


def aged(*paths: Path, days: float = 2) -> None:
    before = time.time() - days * 86400
    for path in paths:
        os.utime(path, (before, before))


def everything() -> set[Path]:
    return {path for area in AREAS if area.root.is_dir() for path in area.root.iterdir()}


def handed_in() -> None:
    """A file of every kind that a row names: evidence, a batch, a list, one to screen with what came of another."""
    keep(check(SimpleUploadedFile("一.png", picture())))
    row = fields(number="鹤市监表彰〔2026〕1号")
    file = SimpleUploadedFile("荣誉.csv", "\n".join([",".join(row), ",".join(row.values())]).encode())
    records.open_batch(
        agency=people.agency(), officer=submitter(), item_code="cxry", upload=file, channel=Channel.FILE
    )
    court = imports.COURT
    receive(
        source_code=imports.SOURCE, agency=people.agency(court), officer=imports.clerk(court),
        upload=imports.upload(imports.as_csv(imports.rows(1))),
    )  # fmt: skip
    for column in ("stored_as", "result_as"):
        screening.AREA.keep_blocks([b"x"], column)
        ScreeningFile.objects.create(
            agency=people.agency(), purpose_code="p", matter_code="m", format="csv", **{column: column}
        )


def test_what_a_row_names_stays_and_all_else_goes_once_it_is_a_day_old() -> None:
    assert {id(one.area) for one in sealed_files()} == {id(area) for area in AREAS}
    assert discard_orphan_files() == 0, "no folder is there yet"
    handed_in()
    kept = everything()
    assert len(kept) == 5
    for area in AREAS:
        area.keep_blocks([b"x"], "killed")  # before its row was saved
        area.keep_blocks([b"x"], "killed.new")  # while it was sealed anew
    assert discard_orphan_files() == 0, "their rows may still come"
    aged(*everything())
    for area in AREAS:
        area.keep_blocks([b"x"], "young")
        aged(area.path("young"), days=0.9)
    with capture_logs() as said:
        assert discard_orphan_files() == 6
    assert everything() == kept | {area.path("young") for area in AREAS}
    assert [(one["folder"], one["files"]) for one in said] == [("batches", 2), ("files", 2), ("screening", 2)]


def test_a_row_rolled_back_leaves_a_file_that_goes_and_so_does_one_erased() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        lost = keep(check(SimpleUploadedFile("二.png", picture())))
        raise RuntimeError
    cleared = keep(check(SimpleUploadedFile("三.png", picture())))
    erase(cleared)  # killed before the file was let go
    aged(AREA.path(lost.public_id), AREA.path(cleared.public_id))
    assert discard_orphan_files() == 2 and not everything()


@pytest.mark.parametrize("area", AREAS, ids=lambda area: area.root.name)
def test_a_row_that_comes_while_the_folder_is_read_keeps_its_file(
    area: Area, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed_in()
    rows = list(sealed_files())
    names = {name for one in rows if one.area is area for name in one.names()}
    missing = [(one, list(one.model._base_manager.all())) for one in rows if one.area is area]

    def take(put_back: bool) -> None:
        for one, held in missing:
            for row in held:
                value = getattr(row, one.column) if put_back else f"other-{row.pk}"
                one.model._base_manager.filter(pk=row.pk).update(**{one.column: value})

    take(put_back=False)
    aged(*everything())
    monkeypatch.setattr(sweeping, "_old", meanwhile(sweeping._old, lambda: take(put_back=True)))
    area.keep_blocks([b"x"], "nobody's")
    aged(area.path("nobody's"))
    assert discard_orphan_files() == 1
    assert {path.name for path in area.root.iterdir()} == names


def meanwhile(
    read: Callable[[Path], Iterator[str]], work: Callable[[], None]
) -> Callable[[Path], Iterator[str]]:
    """Listing a folder, with something done before the rows are asked."""

    def listed(root: Path) -> Iterator[str]:
        names = list(read(root))
        work()
        yield from names

    return listed


def test_a_file_that_goes_meanwhile_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("one", "two"):
        storage.AREA.keep_blocks([b"x"], name)
    aged(*everything())
    gone = meanwhile(sweeping._old, lambda: storage.AREA.discard("one"))
    monkeypatch.setattr(sweeping, "_old", gone)
    discard_orphan_files()
    assert not everything()
