"""A list decided elsewhere, whole: {"source": code, "filename", "content": the file in Base64}. Applied by the room of the lists."""

from collections.abc import Mapping
from typing import Any, Final

from django.core.files.uploadedfile import SimpleUploadedFile

from agencies.models import ApiClient
from blacklist.imports import services
from province.incoming import Taken
from province.incoming.parts import decoded
from records.api_bodies import text

KIND: Final = "list"
TITLE: Final = "名单"


def take(client: ApiClient, payload: Mapping[str, Any]) -> Taken:
    upload = SimpleUploadedFile(text(payload, "filename") or "名单.csv", decoded(payload))
    delivery = services.receive(
        source_code=text(payload, "source"), agency=client.agency, upload=upload, client=client
    )
    return Taken(f"list:{delivery.public_id}")
