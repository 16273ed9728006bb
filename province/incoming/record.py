"""A record decided elsewhere about a subject of this city: the body of `POST /api/v1/records/`."""

from collections.abc import Mapping
from typing import Any, Final

from agencies.models import ApiClient
from province.incoming import Taken
from records import services
from records.api_bodies import cells, document, text
from records.choices import Channel

KIND: Final = "record"
TITLE: Final = "信用记录"


def take(client: ApiClient, payload: Mapping[str, Any]) -> Taken:
    record = services.accept_record(
        agency=client.agency,
        client=client,
        item_code=text(payload, "item"),
        fields=cells(payload.get("fields")),
        document=document(payload.get("document")),
        procedure=text(payload, "procedure"),
        minor=text(payload, "minor"),
        channel=Channel.API,
    )
    return Taken(f"record:{record.pk}")
