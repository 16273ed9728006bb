"""Reads of agencies."""

from collections.abc import Iterable
from typing import Final

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from agencies.models import Agency, ApiClient, Officer

# `union`, not `union all`: units that were entered as each other's superiors do not make it endless.
_REACH: Final = """
with recursive reach (id) as (
    select %s::bigint union select a.id from agencies_agency a join reach on a.parent_id = reach.id)
select id from reach
"""


def with_subordinates(agency: Agency) -> QuerySet[Agency]:
    """The agency and every unit below it, at any depth, found by the query that uses them."""
    return Agency.objects.filter(pk__in=RawSQL(_REACH, [agency.pk]))  # noqa: S611  # a constant


def administered(officer: Officer) -> QuerySet[Agency]:
    """Agencies in use whose officers and clients this officer keeps: the own one and those below it."""
    if officer.agency is None or not officer.has_perm("agencies.change_officer"):
        return Agency.objects.none()
    return with_subordinates(officer.agency).filter(active=True)


def officers_of(administrator: Officer) -> QuerySet[Officer]:
    """Officers the administrator keeps, with their roles."""
    rows = Officer.objects.filter(agency__in=administered(administrator)).select_related("agency")
    return rows.prefetch_related("groups")


def clients_of(administrator: Officer) -> QuerySet[ApiClient]:
    rows: QuerySet[ApiClient] = ApiClient.objects.filter(agency__in=administered(administrator))
    return rows.select_related("agency")


def is_under_credit_authority(agency: Agency) -> bool:
    """Whether the agency is the credit authority (社会信用主管部门) or a unit it directs."""
    return agency.is_credit_authority or bool(agency.parent and agency.parent.is_credit_authority)


def actor_names(actors: Iterable[int | None]) -> dict[int | None, str]:
    """Who stands behind the ledger's actor numbers: officers, machine clients (negative), None for a job."""
    wanted = {actor for actor in actors if actor is not None}
    officers = Officer.objects.select_related("agency").filter(pk__in=[a for a in wanted if a > 0])
    clients = ApiClient.objects.select_related("agency").filter(pk__in=[-a for a in wanted if a < 0])
    names: dict[int | None, str] = {None: "系统任务"}
    names |= {officer.pk: f"{officer}（{officer.agency}）" for officer in officers}
    names |= {-client.pk: f"接口 {client.name}（{client.agency}）" for client in clients}
    return names
