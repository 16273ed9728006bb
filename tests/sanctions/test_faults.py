"""When things break: the answer is right or there is none. Never a wrong `clear`."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import close_old_connections, connection

from common.gates import Refusal
from records.sharing.models import LookUp
from sanctions.models import Screening, ScreeningFile
from sanctions.screening import files, gate
from tests.factories import make_subject
from tests.sanctions.samples import ADDRESS, Window, make_entry

HANG_UP = "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()"


@contextmanager
def elsewhere(url: str, *statements: str, commit: bool = False) -> Iterator[None]:
    """Another connection that did something and keeps its transaction open meanwhile."""
    with closing(psycopg2.connect(url)) as other, other.cursor() as cursor:
        for one in statements:
            cursor.execute(one)
        if commit:
            other.commit()
        yield


def asked(window: Window, uscc: str) -> tuple[int, str]:
    answer = window.ask({"a": {"uscc": uscc}})
    body = answer.json()
    return answer.status_code, body["results"]["a"]["status"] if answer.status_code == 200 else body["code"]


@pytest.mark.parametrize("known", ["on a connection that asked before", "on a new one"])
def test_a_slow_database_is_no_answer(known: str, committed_db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    window, entry = Window(), make_entry()
    assert asked(window, entry.subject.uscc) == (200, "hit")
    monkeypatch.setattr(gate, "TIMEOUT_MS", 300)
    with elsewhere(committed_db, "lock table blacklist_listentry in access exclusive mode"):
        if known == "on a new one":
            connection.close()  # where the statements are still to be prepared
        assert asked(window, entry.subject.uscc) == (503, "list_unavailable")
    assert asked(window, entry.subject.uscc) == (200, "hit")


def test_a_lost_connection_is_no_answer_and_the_next_one_is_right(committed_db: str) -> None:
    window, entry = Window(), make_entry()
    assert asked(window, entry.subject.uscc) == (200, "hit")
    with elsewhere(committed_db, HANG_UP, commit=True):
        first = asked(window, entry.subject.uscc)
    assert first in ((200, "hit"), (503, "list_unavailable"))
    close_old_connections()  # as every request does at its start
    assert asked(window, entry.subject.uscc) == (200, "hit")


def test_a_copy_that_lags_behind_cannot_answer(committed_db: str) -> None:
    """A standby is read-only, and no answer goes out without its register row: however far behind it is, it says nothing."""
    window, entry = Window(), make_entry()
    assert asked(window, entry.subject.uscc) == (200, "hit")
    for state, expected in (("on", (503, "list_unavailable")), ("off", (200, "hit"))):
        with closing(psycopg2.connect(committed_db)) as other, other.cursor() as cursor:
            other.autocommit = True
            cursor.execute("set default_transaction_read_only = off")
            cursor.execute(f"alter database {other.info.dbname} set default_transaction_read_only = {state}")
            cursor.execute(HANG_UP)  # a standby that takes over is connected to anew
        connection.close()
        assert asked(window, entry.subject.uscc) == expected


def test_a_purpose_withdrawn_between_judgement_and_answer(
    committed_db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, entry = Window(), make_entry()
    judge_kinds = gate.judge_kinds
    withdrawn = (
        "update records_dutypurpose set withdrawn_at = now(), withdrawn_why = '职责调整',"
        " withdrawn_by_id = approved_by_id"
    )

    def meanwhile(*args: Any) -> list[Refusal]:
        with elsewhere(committed_db, withdrawn, commit=True):
            return judge_kinds(*args)

    window.headers |= {
        "Accept": "application/json, text/plain"
    }  # a first question; one asked again: test_again
    monkeypatch.setattr(gate, "judge_kinds", meanwhile)
    assert asked(window, entry.subject.uscc) == (503, "list_unavailable")
    assert not LookUp.objects.exists() and not Screening.objects.exists()
    monkeypatch.undo()
    assert asked(window, entry.subject.uscc) == (422, "purpose_not_registered")


def test_an_entry_between_judgement_and_answer_is_found(
    committed_db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the gate looked nothing was kept about the company: the short answer does not rely on it."""
    window, company = Window(), make_subject()
    assert asked(window, company.uscc) == (200, "clear")
    judge_kinds = gate.judge_kinds

    def meanwhile(*args: Any) -> list[Refusal]:
        make_entry(company)
        return judge_kinds(*args)

    monkeypatch.setattr(gate, "judge_kinds", meanwhile)
    assert asked(window, company.uscc) == (200, "hit")
    assert LookUp.objects.filter(subject=company).count() == 2


def test_a_refresh_of_the_list_cut_off_half_way(committed_db: str) -> None:
    window, entry = Window(), make_entry()
    half = "delete from sanctions_measure where code like 'xf-3-%'"
    with elsewhere(committed_db, half):  # not committed: the old list is whole
        assert asked(window, entry.subject.uscc) == (200, "hit")
    with elsewhere(committed_db, half, commit=True):
        assert asked(window, entry.subject.uscc) == (503, "list_unavailable")


def test_workers_of_two_releases(committed_db: str) -> None:
    window, entry = Window(), make_entry()
    assert asked(window, entry.subject.uscc) == (200, "hit")
    with elsewhere(committed_db, "update sanctions_liststate set answers = answers + 1", commit=True):
        assert asked(window, entry.subject.uscc) == (503, "list_unavailable")


def test_a_statement_prepared_before_a_change_answers_after_it(committed_db: str) -> None:
    window, entry = Window(), make_entry()
    for _ in range(8):
        assert asked(window, entry.subject.uscc) == (200, "hit")
    ended = f"update blacklist_listentry set ended_on = current_date - 1, end_reason = 'repaired' where id = {entry.pk}"
    with elsewhere(committed_db, ended):  # not committed: nobody else sees it yet
        assert asked(window, entry.subject.uscc) == (200, "hit")
    with elsewhere(committed_db, ended, commit=True):
        assert asked(window, entry.subject.uscc) == (200, "clear")


def test_a_broker_that_is_away_changes_no_answer(
    committed_db: str, settings: LazySettings, tmp_path: Path
) -> None:
    settings.PRIVATE_ROOT = tmp_path
    window, entry = Window(), make_entry()
    dead = "redis://127.0.0.1:9/0"
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": dead}}
    from hegang_credit.celery import app

    before = app.conf.broker_url
    app.conf.update(broker_url=dead, broker_write_url=dead)
    try:
        assert asked(window, entry.subject.uscc) == (200, "hit")
        data = {
            "purpose": window.purpose.code, "matter": "zfcg",
            "file": SimpleUploadedFile("a.csv", f"统一社会信用代码\n{entry.subject.uscc}\n".encode()),
        }  # fmt: skip
        assert window.browser.post(f"{ADDRESS}files/", data, headers=window.headers).status_code == 202
    finally:
        app.conf.update(broker_url=before, broker_write_url=before)
    row = ScreeningFile.objects.get()
    assert files.waiting_files() == [row.pk] and files.process_file(row.pk)
    row.refresh_from_db()
    assert (row.status, row.hits) == ("done", 1)
    assert connection.settings_dict["NAME"] in committed_db
