"""Who hands in, and a short way from rows to a finished batch."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from oauth2_provider.models import AccessToken

from agencies.models import Agency, ApiClient, Officer
from bench import samples
from common.clock import today
from records import services
from records.choices import Channel
from records.intake import rejections
from records.models import IntakeBatch

TODAY = date(2026, 11, 20)


@pytest.fixture(autouse=True)
def _private_files(settings: LazySettings, tmp_path: Path) -> None:
    settings.PRIVATE_ROOT = tmp_path


@pytest.fixture
def agency(db: None) -> Agency:
    return Agency.objects.get(code="hg-shijian")


@pytest.fixture
def unit(agency: Agency) -> samples.Unit:
    return samples.Unit(agency.name, agency.uscc)


@pytest.fixture
def company(unit: samples.Unit) -> samples.Row:
    row = next(samples.penalties(1, unit, today=today(), seed=5))
    samples.as_organisation(row)
    return row | {"CF_XDR_GSZC": "", "CF_FR_ZJLX": "", "CF_FR_ZJHM": ""}


@pytest.fixture
def officer(agency: Agency) -> Officer:
    return Officer.objects.create(username="luru", full_name="宋春生", agency=agency)


@pytest.fixture
def client_of_agency(agency: Agency) -> ApiClient:
    return ApiClient.objects.create(
        name="业务系统",
        client_type="confidential",
        authorization_grant_type="client-credentials",
        agency=agency,
        scopes=["records:submit"],
    )


HandIn = Callable[..., IntakeBatch]


@pytest.fixture
def hand_in(agency: Agency, officer: Officer) -> HandIn:
    """Hand in a file and process it in this process; returns the finished batch."""

    def run(
        content: bytes,
        name: str = "处罚.csv",
        *,
        item: str = "xzcf",
        procedure: str = "",
        by: Agency = agency,
    ) -> IntakeBatch:
        batch = services.open_batch(
            agency=by,
            officer=officer,
            item_code=item,
            upload=SimpleUploadedFile(name, content),
            channel=Channel.FILE,
            declared_procedure=procedure,
        )
        assert services.process_batch(batch.pk)
        batch.refresh_from_db()
        return batch

    return run


def codes_by_line(batch: IntakeBatch) -> dict[int, set[str]]:
    return {row.line: {refusal.code for refusal in row.refusals} for row in rejections.lines_of(batch)}


def csv_of(rows: Iterable[samples.Row], header: Sequence[str] = samples.COLUMNS) -> bytes:
    return samples.as_csv(rows, header)


def token_for(client: ApiClient, scope: str = "records:submit") -> str:
    token = AccessToken.objects.create(
        application=client,
        token=f"token-{client.pk}-{scope}",
        scope=scope,
        expires=timezone.now() + timedelta(hours=1),
    )
    return f"Bearer {token.token}"


@pytest.fixture
def web(client_of_agency: ApiClient) -> Client:
    return Client(headers={"authorization": token_for(client_of_agency)})


def upload(web: Client, content: bytes, name: str = "处罚.csv", **fields: str) -> Any:
    return web.post("/api/v1/batches/", {"item": "xzcf", "file": SimpleUploadedFile(name, content), **fields})
