"""Figures of screening and feedback: by agency, by matter, by measure; and what a receipt still waits for."""

from collections.abc import Collection
from typing import Final

from django.db import connection

from common.components import Cell, Column, Table

_NAMED: Final = """
named as (
    select s.id as screening_id, s.agency_id, s.matter_id, h.id as hit_id, g.code
    from sanctions_screening s join sanctions_screeninghit h on h.screening_id = s.id
    cross join lateral (select distinct one ->> 'code' as code from jsonb_array_elements(h.grounds) one) g
    where s.hits > 0 {narrowed})"""
_BY: Final = f"""
with {_NAMED.format(narrowed="")}, judged as (
    select n.*, f.applied, m.lifted_on is not null as lifted
    from named n left join sanctions_measurefeedback f on f.hit_id = n.hit_id and f.measure_code = n.code
    left join sanctions_appliedmeasure m on m.id = f.measure_id)
select case when grouping(a.name) = 0 then 'agency' when grouping(t.name) = 0 then 'matter' else 'measure' end,
       coalesce(a.name, t.name, (
           select m.name from sanctions_measure m where m.code = j.code order by m.id desc limit 1), j.code), count(*), count(*) filter (where j.applied), count(*) filter (where not j.applied),
       count(*) filter (where j.applied is null), count(*) filter (where j.lifted)
from judged j join agencies_agency a on a.id = j.agency_id join sanctions_matter t on t.id = j.matter_id
group by grouping sets ((a.name), (t.name), (j.code)) order by 1, 3 desc, 2
"""  # noqa: S608 - constants
_WAITING: Final = f"""
with {_NAMED.format(narrowed="and s.id = any(%s)")}
select screening_id, count(*) from named n
where not exists (select from sanctions_measurefeedback f where f.hit_id = n.hit_id and f.measure_code = n.code)
group by 1
"""  # noqa: S608 - constants
TITLES: Final = {"agency": "按单位", "matter": "按事项", "measure": "按措施"}
Row = tuple[str, int, int, int, int, int]


def waiting(screenings: Collection[int]) -> dict[int, int]:
    """Measures without a report, by screening; those that wait for nothing are left out."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, [list(screenings)])
        return dict(cursor.fetchall())


def by_everything() -> dict[str, list[Row]]:
    """(name, hits, applied, not applied, not reported, lifted) by agency, matter and measure; one query."""
    found: dict[str, list[Row]] = {kind: [] for kind in TITLES}
    with connection.cursor() as cursor:
        cursor.execute(_BY)
        for kind, *row in cursor.fetchall():
            found[kind].append(tuple(row))
    return found


def table(kind: str, rows: list[Row]) -> Table:
    """As the page draws it."""
    heads = ("比中措施", "已实施", "未实施", "待反馈", "已解除")
    lines: list[list[Cell | str]] = [
        [name, *(f"{number:,}" for number in numbers)] for name, *numbers in rows
    ]
    columns = [Column(TITLES[kind].removeprefix("按")), *(Column(one, numeric=True) for one in heads)]
    return Table(TITLES[kind], columns, lines, caption_hidden=True)
