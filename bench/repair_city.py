"""What `bench repair` stands on: officers, purposes, tokens and things to repair; worker, beat and sandbox as processes."""

import http.client
import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Final

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from oauth2_provider.models import AccessToken
from PIL import Image

from agencies.choices import Role, Scope
from agencies.models import Agency, Officer
from agencies.services import create_api_client, create_officer
from bench import samples
from blacklist.models import ListEntry, ListScheme
from catalog.models import LegalBasis
from common.clock import today
from common.files import CheckedFile, check
from hegang_credit.launcher.processes import free_port
from records.choices import Channel as Intake
from records.models import CreditRecord, Subject
from records.services import accept_record
from records.sharing import services as sharing
from records.sharing.models import DutyPurpose
from repair import services
from repair.choices import Channel, Kind, MaterialKind
from repair.contents import Applicant
from repair.models import Case
from repair.services import Filing, Paper

_SECRET: Final = "bench-repair-push-secret-0123456789"
_UNIT: Final = "hg-shijian"
Thing = CreditRecord | ListEntry


@dataclass
class City:
    """Officers, purposes and tokens, and things that can be repaired."""

    unit: Agency
    reviewer: Officer
    clerk: Officer
    boss: Officer
    purpose: DutyPurpose
    window: DutyPurpose
    tokens: dict[str, str]

    @classmethod
    def make(cls) -> "City":
        unit, platform = Agency.objects.get(code=_UNIT), Agency.objects.get(code="hg-zhengwu")
        boss = _officer("bench-boss", Agency.objects.get(is_credit_authority=True), Role.AUTHORITY)
        reviewer = _officer("bench-reviewer", unit, Role.REVIEWER)
        clerk = _officer("bench-clerk", unit, Role.SUBMITTER)
        registrar = _officer("bench-registrar", platform, Role.REVIEWER)
        return cls(
            unit, reviewer, clerk, boss,
            purpose=_purpose(reviewer, boss), window=_purpose(registrar, boss),
            tokens={
                "screening": _token(platform, Scope.SCREENING_QUERY),
                "province": _token(Agency.objects.get(code="hlj-shuju"), Scope.PROVINCE_PULL),
            },
        )  # fmt: skip

    def penalties(self, count: int) -> list[Thing]:
        """Handed in one by one; the minimum period is over, the publication is not."""
        day = (today() - timedelta(days=200)).isoformat()
        rows = samples.penalties(count, samples.Unit(self.unit.name, self.unit.uscc), today=today(), seed=61)
        made: list[Thing] = []
        for number, row in enumerate(rows):
            samples.as_organisation(row)
            row |= {
                "CF_XDR_MC": f"鹤岗市松涛{number}号农机销售有限公司", "CF_XDR_SHXYM": samples.organisation_code(88_000_000 + number),
                "CF_WSH": f"鹤市监处罚〔2026〕测{number:04d}号", "CF_WFXW": "提供虚假材料申请行政许可",
                "CF_CFLB": "罚款", "CF_NR": "罚款2000元", "CF_NR_FK": "0.2", "CF_NR_WFFF": "", "CF_NR_ZKDX": "",
                "CF_JDRQ": day, "CF_YXQ": "", "CF_GSJZQ": "",
            }  # fmt: skip
            fields = {key: value for key, value in row.items() if value}
            made.append(
                accept_record(
                    agency=self.unit, officer=self.clerk, item_code="xzcf", fields=fields, channel=Intake.FORM
                )
            )
        return made

    def entries(self, count: int) -> list[Thing]:
        """Entries of the unit's, decided in its own system."""
        scheme = ListScheme.objects.filter(code="tqnmggz").latest("effective_from")
        since = today() - timedelta(days=400)
        subjects = Subject.objects.filter(name__startswith="鹤岗市松涛").order_by("-id")[:count]
        return [
            ListEntry.objects.create(
                scheme=scheme, subject=subject, authority=self.unit, authority_name=self.unit.name, origin="imported",
                decision_number=f"鹤列〔2025〕测{number:04d}号", decided_on=since, reason="拖欠农民工工资",
                basis_text="《保障农民工工资支付条例》第四十八条", source=f"bench:{number}", effective_from=since,
                ends_on=since + timedelta(days=1095),
            )
            for number, subject in enumerate(subjects)
        ]  # fmt: skip

    def accepted(self, thing: Thing) -> Case:
        found = "有关系统查得义务已经履行"
        about = {"record_id": thing.pk} if isinstance(thing, CreditRecord) else {"entry_id": thing.pk}
        papers = [Paper(kind, confirmed=found) for kind in (MaterialKind.COMMITMENT,)]
        papers += [Paper(kind, _scan()) for kind in (MaterialKind.IDENTITY, MaterialKind.FULFILMENT)]
        filing = Filing(
            kind=Kind.REPAIR, applicant=Applicant("李春梅", "13904680000"), text="已经纠正", papers=papers, **about
        )  # fmt: skip
        case = services.file_case(filing=filing, channel=Channel.PORTAL).case
        return services.accept(officer=self.reviewer, case_id=case.pk)


def _scan() -> CheckedFile:
    out = BytesIO()
    Image.new("RGB", (60, 40), "white").save(out, "PNG")
    return check(SimpleUploadedFile("凭证.png", out.getvalue(), "image/png"))


def _officer(username: str, agency: Agency, role: Role) -> Officer:
    return create_officer(
        username=username, full_name=username, agency=agency, roles=[role], password="herb-garden-47-lantern"
    )


def _purpose(officer: Officer, boss: Officer) -> DutyPurpose:
    asked = sharing.register_purpose(
        officer=officer, name="审查", basis=LegalBasis.objects.get(code="xzxkf"), basis_clause="第三十四条", items=("xzcf",),
        subject_kinds=("organisation", "self_employed"), valid_from=today(), valid_until=today() + timedelta(days=100),
    )  # fmt: skip
    return sharing.approve_purpose(officer=boss, purpose_id=asked.pk)


def _token(agency: Agency, scope: Scope) -> str:
    client, _ = create_api_client(name=f"bench {scope}", agency=agency, scopes=[scope])
    expires = timezone.now() + timedelta(hours=9)
    made = AccessToken.objects.create(
        application=client, token=f"bench-{scope}", scope=scope, expires=expires
    )
    return f"Bearer {made.token}"


# --- the processes -----------------------------------------------------------------------------------------


class Platform:
    """Sandbox, worker and beat as the launcher starts them, under the roles of the application."""

    def __init__(self, database: str, folder: Path) -> None:
        self.port, self.folder = free_port(), folder
        self.address = f"http://127.0.0.1:{self.port}"
        self.environment = {
            **os.environ,
            "DATABASE_URL": database, "DATABASE_SEALER_URL": database,
            "DATABASE_ROLE": "credit_app", "DATABASE_SEALER_ROLE": "credit_sealer",
            "REDIS_URL": os.environ["REDIS_URL"].rsplit("/", 1)[0] + "/6",
            "PROVINCE_PUSH_URL": f"{self.address}/push", "PROVINCE_PUSH_SECRET": _SECRET,
            "CREDIT_VAR_DIR": str(folder),
        }  # fmt: skip
        self.sandbox: subprocess.Popen[bytes] | None = None
        self.background: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> "Platform":
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        if self.sandbox is not None:
            self.sandbox.kill()
            self.sandbox.wait()

    def start(self) -> None:
        state = str(self.folder / "sandbox")
        self.sandbox = self._process(
            "sandbox", "sandbox.province", "--port", str(self.port), "--state", state
        )
        self.start_background()

    def start_background(self) -> None:
        beat = ("beat", "--schedule", str(self.folder / "schedule"), "--pidfile", "")
        self.background = [
            self._process("worker", "celery", "-A", "hegang_credit", "worker", "--concurrency", "2"),
            self._process("beat", "celery", "-A", "hegang_credit", *beat),
        ]

    def kill(self) -> None:
        """At once, without a chance to finish anything; children of the worker end with it."""
        for process in self.background:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.background = []

    def _process(self, log: str, *module: str) -> "subprocess.Popen[bytes]":
        with (self.folder / f"{log}.log").open("ab") as out:
            return subprocess.Popen(
                [sys.executable, "-m", *module], cwd=settings.BASE_DIR, env=self.environment, stdout=out, stderr=out,
                start_new_session=True,
            )  # fmt: skip

    def withdrawn(self) -> tuple[set[int], set[int]]:
        """What the province holds, and what it was told to withdraw."""
        asked = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            asked.request("GET", "/state")
            objects = json.loads(asked.getresponse().read())["objects"]
        except OSError:
            return set(), set()
        finally:
            asked.close()
        held = {int(key) for key, value in objects.items() if value["action"] == "upsert"}
        return held, {int(key) for key in objects} - held
