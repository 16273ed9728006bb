"""Small database expressions that Django does not bring."""

from django.db.models import Func, UUIDField


class RandomUUID(Func):
    """PostgreSQL's own gen_random_uuid(); in core since 13, unlike the pgcrypto extension."""

    function = "gen_random_uuid"
    template = "%(function)s()"
    output_field = UUIDField()
