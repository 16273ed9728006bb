"""What the filters of the public lists offer: kinds that can be shown, and bodies of which something is in publication.

Whether a body has anything is asked of its newest records alone, and kept ten minutes: a body whose newest hold nothing of the list
is offered all the same where it has older ones. Rejected: every distinct body of the list, which reads it whole.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.core.cache import cache
from django.db import connection
from redis.exceptions import RedisError

from catalog import selectors as catalog
from catalog.models import FieldDefinition, PublicationTier
from portal.selectors import PENALTIES, Listing

_SECONDS: Final = 600
_LOOKED_AT: Final = 1_000
_NEWEST: Final = """(
    select r.item_code, r.published_until, r.ended_on, r.suspended_from, r.suspended_until
    from records_creditrecord r where r.provider_id = a.id order by r.decision_date desc, r.id desc limit %(most)s
) newest"""
_AUTHORITIES: Final = f"""
select a.uscc, a.name from agencies_agency a where a.active and (
    exists (
        select from {_NEWEST} where newest.item_code = %(item)s
        and newest.published_until >= %(at)s and (newest.ended_on is null or newest.ended_on > %(at)s)
        and (newest.suspended_from is null or newest.suspended_from > %(at)s or newest.suspended_until < %(at)s)
    ) or (select count(*) from {_NEWEST}) = %(most)s
) order by a.id"""  # noqa: S608 - constants of this module


@dataclass(frozen=True, slots=True)
class Offer:
    """Choices of one list: kinds, and (code, name) of bodies."""

    kinds: tuple[str, ...]
    authorities: tuple[tuple[str, str], ...]


def offer_of(listing: Listing, at: date) -> Offer:
    """The choices of a list on a day, asked at most every ten minutes."""
    key = f"portal:offer:{listing.item_code}:{at}"
    with suppress(RedisError):  # without the cache the page is slower, not gone
        known = cache.get(key)
        if isinstance(known, Offer):
            return known
    offer = Offer(_kinds(listing, at), _authorities(listing, at))
    with suppress(RedisError):
        cache.set(key, offer, _SECONDS)
    return offer


def _kinds(listing: Listing, on: date) -> tuple[str, ...]:
    """The values of the catalog in force, of penalties those that some regime shows."""
    item = catalog.items(on).filter(code=listing.item_code).order_by("id")[:1]
    definition = FieldDefinition.objects.filter(item__in=item.values("pk"), code=listing.kind_field).first()
    values = tuple(definition.values) if definition else ()
    if listing is not PENALTIES:
        return values
    tiers = PublicationTier.objects.filter(shown=True).order_by().values_list("penalty_types", flat=True)
    shown = {kind for kinds in tiers for kind in kinds}
    return tuple(kind for kind in values if kind in shown)


def _authorities(listing: Listing, at: date) -> tuple[tuple[str, str], ...]:
    with connection.cursor() as cursor:
        cursor.execute(_AUTHORITIES, {"most": _LOOKED_AT, "item": listing.item_code, "at": at})
        return tuple((str(uscc), str(name)) for uscc, name in cursor.fetchall())
