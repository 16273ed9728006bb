"""Demo officers and machine clients, and their secrets in var/demo-secrets.json (readable by the owner alone).

The database keeps hashes only; the file is what lets a later start tell people how to sign in. When the file is gone,
the accounts get new secrets.
"""

import json
import os
import secrets
from pathlib import Path
from typing import Any, Final, NamedTuple

from allauth.mfa.totp.internal.auth import generate_totp_secret
from django.conf import settings

from agencies.choices import Role, Scope
from agencies.models import Agency, ApiClient, Officer
from agencies.services import create_api_client, create_officer, set_totp_secret
from catalog.services import grant_items
from ledger.services import acting

BASIS: Final = "演示数据"


class DemoOfficer(NamedTuple):
    username: str
    full_name: str
    agency: str
    roles: tuple[Role, ...]


class DemoClient(NamedTuple):
    name: str
    agency: str
    scopes: tuple[Scope, ...]


OFFICERS: Final = (
    DemoOfficer("yingshang-zhuguan", "舒映江", "hg-yingshang", (Role.AUTHORITY,)),
    DemoOfficer("yingshang-fuhe", "秋石林", "hg-yingshang", (Role.AUTHORITY,)),
    DemoOfficer("yingshang-shenji", "傅石磊", "hg-yingshang", (Role.AUDITOR,)),
    DemoOfficer("yingshang-guanli", "金远航", "hg-yingshang", (Role.ADMINISTRATOR,)),
    DemoOfficer("zhengwu-zhuguan", "白冬梅", "hg-zhengwu", (Role.AUTHORITY,)),
    DemoOfficer("shenji-shenji", "江夏至", "hg-shenji", (Role.AUDITOR,)),
    DemoOfficer("shijian-luru", "林有田", "hg-shijian", (Role.SUBMITTER,)),
    DemoOfficer("shijian-shenhe", "佟春雪", "hg-shijian", (Role.REVIEWER,)),
    DemoOfficer("shijian-guanli", "关大山", "hg-shijian", (Role.ADMINISTRATOR,)),
    DemoOfficer("yingji-luru", "那松青", "hg-yingji", (Role.SUBMITTER,)),
    DemoOfficer("yingji-shenhe", "云禾丰", "hg-yingji", (Role.REVIEWER,)),
    DemoOfficer("yingji-guanli", "舒小河", "hg-yingji", (Role.ADMINISTRATOR,)),
    DemoOfficer("xiaofang-luru", "傅北雁", "hg-xiaofang", (Role.SUBMITTER, Role.REVIEWER)),
    DemoOfficer("jiaotong-luru", "金有田", "hg-jiaotong", (Role.SUBMITTER,)),
    DemoOfficer("shengtai-luru", "白松青", "hg-shengtai", (Role.SUBMITTER,)),
    DemoOfficer("luobei-shijian-luru", "江春雪", "luobei-shijian", (Role.SUBMITTER,)),
    DemoOfficer("shuiwu-luru", "林晚晴", "hg-taxation", (Role.SUBMITTER,)),
    DemoOfficer("shuiwu-shenhe", "秋云帆", "hg-taxation", (Role.REVIEWER,)),
    DemoOfficer("zhongyuan-luru", "云映江", "hg-zhongyuan", (Role.SUBMITTER,)),
)
CLIENTS: Final = (
    DemoClient("鹤岗市市场监督管理局业务系统", "hg-shijian", (Scope.RECORDS_SUBMIT,)),
    DemoClient("鹤岗市应急管理局业务系统", "hg-yingji", (Scope.RECORDS_SUBMIT,)),
    DemoClient("鹤岗市市场监督管理局名单认定系统", "hg-shijian", (Scope.LISTS_DECIDE,)),
    DemoClient("鹤岗市政务服务一体化平台", "hg-zhengwu", (Scope.SCREENING_QUERY,)),
    DemoClient("黑龙江省信用信息共享平台", "hlj-shuju", (Scope.PROVINCE_PULL, Scope.PROVINCE_SEND)),
    DemoClient("信用中国（黑龙江）信用修复转办", "hlj-shuju", (Scope.REPAIR_SUBMIT,)),
)


def secrets_path() -> Path:
    return Path(settings.VAR_DIR) / "demo-secrets.json"


def load_accounts() -> dict[str, Officer]:
    """Enter what is missing; returns the officers by user name."""
    known = read_secrets()
    before = json.dumps(known, sort_keys=True)
    agencies = {agency.code: agency for agency in Agency.objects.all()}
    officers = {demo.username: _officer(demo, agencies[demo.agency], known) for demo in OFFICERS}
    for demo in CLIENTS:
        _client(demo, agencies[demo.agency], known)
    if json.dumps(known, sort_keys=True) != before:
        write_private(secrets_path(), known)
    return officers


def _officer(demo: DemoOfficer, agency: Agency, known: dict[str, Any]) -> Officer:
    kept = known["officers"].get(demo.username)
    secret = kept or {"password": secrets.token_urlsafe(15), "totp_secret": generate_totp_secret()}
    known["officers"][demo.username] = secret
    officer = Officer.objects.filter(username=demo.username).first()
    if officer is None:
        officer = create_officer(
            username=demo.username,
            full_name=demo.full_name,
            agency=agency,
            roles=demo.roles,
            password=secret["password"],
            totp_secret=secret["totp_secret"],
            basis=BASIS,
        )
    elif kept is None:
        with acting(actor=None, action="demo.renew_secrets", basis=BASIS):
            officer.set_password(secret["password"])
            officer.save(update_fields=["password"])
            set_totp_secret(officer=officer, secret=secret["totp_secret"])
    if Role.SUBMITTER in demo.roles:
        grant_items(officer=officer, basis=BASIS)
    return officer


def _client(demo: DemoClient, agency: Agency, known: dict[str, Any]) -> None:
    kept = known["clients"].get(demo.name)
    secret: str = kept or secrets.token_urlsafe(32)
    known["clients"][demo.name] = secret
    client = ApiClient.objects.filter(name=demo.name).first()
    if client is None:
        create_api_client(name=demo.name, agency=agency, scopes=demo.scopes, secret=secret, basis=BASIS)
    elif kept is None:
        with acting(actor=None, action="demo.renew_secrets", basis=BASIS):
            client.client_secret = secret
            client.save(update_fields=["client_secret"])


def read_secrets() -> dict[str, Any]:
    """What the file holds: passwords and one-time secrets by user name, client secrets by client name."""
    path = secrets_path()
    known: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return {"officers": known.get("officers", {}), "clients": known.get("clients", {})}


def write_private(path: Path, content: object) -> None:
    """Write JSON for the owner's eyes only, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False, indent=2)
    half.replace(path)


def credentials(web: str, sandbox: str) -> dict[str, Any]:
    """Everything a person or a script needs to sign in to the demo. KeyError when accounts or secrets are missing."""
    known = read_secrets()
    officers = {officer.username: officer for officer in Officer.objects.select_related("agency")}
    clients = {client.name: client for client in ApiClient.objects.select_related("agency")}
    return {
        "web": web,
        "sandbox": sandbox,
        "officers": [
            {
                "username": demo.username,
                **known["officers"][demo.username],
                "roles": sorted(role.value for role in demo.roles),
                "agency": _agency(officers[demo.username].agency),
            }
            for demo in OFFICERS
        ],
        "clients": [
            {
                "name": demo.name,
                "client_id": clients[demo.name].client_id,
                "client_secret": known["clients"][demo.name],
                "scopes": clients[demo.name].scopes,
                "agency": _agency(clients[demo.name].agency),
            }
            for demo in CLIENTS
        ],
    }


def _agency(agency: Agency | None) -> dict[str, str]:
    assert agency is not None, "demo officers belong to an agency"
    return {"name": agency.name, "uscc": agency.uscc, "region": agency.region}
