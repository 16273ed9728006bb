"""Where the demo's service window is told to look again: entered by the credit authority like any callback."""

from agencies.choices import Scope
from agencies.models import ApiClient, Officer
from portal.demo.accounts import BASIS, CLIENTS
from province.notices import save_callback

_OFFICER = "yingshang-zhuguan"


def register_callback(window: str) -> tuple[str, str]:
    """Name of the client that screens, and the secret its window checks notices with: a new one, since the old is shown to nobody."""
    (name,) = (demo.name for demo in CLIENTS if Scope.SCREENING_QUERY in demo.scopes)
    _, secret = save_callback(
        officer=Officer.objects.get(username=_OFFICER), basis=BASIS, client_id=ApiClient.objects.get(name=name).pk,
        url=f"{window}/callback", renew=True,
    )  # fmt: skip
    return name, secret
