"""Named people for tests: 录入员小宋、审核员老周、别的单位的工作人员、信用主管部门、审计, and the machines that call."""

from datetime import timedelta

from django.utils import timezone
from oauth2_provider.models import AccessToken

from agencies.choices import Role, Scope
from agencies.models import Agency, ApiClient, Officer
from agencies.services import create_api_client, create_officer
from catalog.services import grant_items

PASSWORD = "herb-garden-47-lantern"

NAMES = {
    Role.SUBMITTER: "宋春生",
    Role.REVIEWER: "周立秋",
    Role.AUTHORITY: "贺明远",
    Role.AUDITOR: "梁知白",
    Role.ADMINISTRATOR: "祁守正",
}
HOME = {
    Role.SUBMITTER: "hg-shijian",
    Role.REVIEWER: "hg-shijian",
    Role.AUTHORITY: "hg-yingshang",
    Role.AUDITOR: "hg-shijian",
    Role.ADMINISTRATOR: "hg-shijian",
}


def agency(code: str = "hg-shijian") -> Agency:
    return Agency.objects.get(code=code)


def officer(role: Role, *, code: str = "", username: str = "") -> Officer:
    """An officer with this role, in the agency where the role usually sits or in `code`."""
    home = agency(code or HOME[role])
    created = create_officer(
        username=username or f"{role.value}-{home.code}",
        full_name=NAMES[role],
        agency=home,
        roles=[role],
        password=PASSWORD,
    )
    grant_items(officer=created)
    return created


def stranger() -> Officer:
    """Submitter of another agency."""
    return officer(Role.SUBMITTER, code="hg-yingji", username="stranger")


def client(scope: Scope, *, code: str = "hg-shijian", name: str = "") -> ApiClient:
    return create_api_client(name=name or f"客户端 {scope.label}", agency=agency(code), scopes=[scope])[0]


def bearer(of: ApiClient) -> dict[str, str]:
    """Request headers with a valid token of this client."""
    token = AccessToken.objects.create(
        application=of,
        token=f"token-{of.pk}",
        scope=" ".join(of.scopes),
        expires=timezone.now() + timedelta(hours=1),
    )
    return {"Authorization": f"Bearer {token.token}"}
