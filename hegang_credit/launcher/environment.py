"""What each process of the demo is told through its environment, and the secrets made once for it.

Three database roles: migrations run as the owner, web and background work as ``credit_app``; only the worker may
also act as ``credit_sealer``, because it alone seals the ledger.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

APP_ROLE, SEALER_ROLE = "credit_app", "credit_sealer"


@dataclass(frozen=True)
class Environments:
    owner: dict[str, str]
    app: dict[str, str]
    worker: dict[str, str]


def demo_environments(
    servers: Mapping[str, str], *, var: Path, web: str, push_url: str, keys: Mapping[str, str]
) -> Environments:
    """Return what each kind of process gets on top of the launcher's own environment."""
    owner = {
        **servers,
        **keys,
        "DJANGO_SETTINGS_MODULE": "hegang_credit.settings",
        "DEBUG": "0",
        "CREDIT_DEMO": "1",
        "CREDIT_PRODUCTION": "0",
        "CREDIT_HTTPS": "0",
        "STATIC_HASHED": "0",
        "CREDIT_VAR_DIR": str(var),
        "ALLOWED_HOSTS": "localhost,127.0.0.1,[::1]",
        "CSRF_TRUSTED_ORIGINS": f"{web},{web.replace('127.0.0.1', 'localhost')}",
        "PROVINCE_PUSH_URL": push_url,
        "PROVINCE_RECONCILIATION_URL": push_url.removesuffix("/push") + "/reconciliation",
        "DATABASE_SEALER_URL": servers["DATABASE_URL"],
        "DATABASE_ROLE": "",
        "DATABASE_SEALER_ROLE": "",
        "PYTHONUNBUFFERED": "1",
    }
    app = {**owner, "DATABASE_ROLE": APP_ROLE}
    return Environments(owner, app, {**app, "DATABASE_SEALER_ROLE": SEALER_ROLE})


def demo_keys(path: Path) -> dict[str, str]:
    """Return the demo's secrets; made on the first start, kept because stored data is encrypted with them."""
    if not path.exists():
        write_private(
            path,
            {
                "SECRET_KEY": secrets.token_urlsafe(64),
                "CREDIT_DATA_KEYS": f"d1={secrets.token_hex(32)}",
                "CREDIT_DATA_KEY_CURRENT": "d1",
                "CREDIT_LOOKUP_KEY": secrets.token_hex(32),
                "PROVINCE_PUSH_SECRET": secrets.token_hex(32),
            },
        )
    keys: dict[str, str] = json.loads(path.read_text())
    return keys


def write_private(path: Path, content: object) -> None:
    """Write JSON that only its owner may read, in one step, so that no reader ever sees half of it."""
    half = path.with_suffix(".new")
    half.unlink(missing_ok=True)
    half.touch(mode=0o600)
    half.write_text(json.dumps(content, ensure_ascii=False, indent=2))
    half.replace(path)
