"""Earlier versions of a record, and what was held of a record or a subject on a day. For those entitled to the record."""

from datetime import date

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from agencies.sign_in import officer_of
from catalog.choices import SubjectKind
from catalog.forms import DayForm
from common.clock import today
from common.components import Cell, Chip, Column, Table
from common.templatetags.credit import cdate
from records import selectors as records
from records.evidence import selectors
from records.evidence.selectors import AsOf, Standing
from records.evidence.views.parts import states_rows, versions_table
from records.identity.groups import about
from records.models import CreditRecord, Subject
from records.officer_fields import officer_fields


def _asked_day(request: HttpRequest) -> tuple[DayForm, date]:
    """The day asked for, today at the latest: what will be held tomorrow nobody knows."""
    form = DayForm(request.GET if "on" in request.GET else None)
    asked = form.cleaned_data["on"] if form.is_valid() else None
    return form, min(asked or today(), today())


@login_required
@require_safe
def versions(request: HttpRequest, pk: int) -> HttpResponse:
    """All versions of a record; with `?version=` or `?on=` one of them in full."""
    record = get_object_or_404(records.visible_to(officer_of(request)), pk=pk)
    standings = selectors.versions_of(record)
    form, day = _asked_day(request)
    context: dict[str, object] = {
        "record": record,
        "form": form,
        "table": versions_table(record, standings, selectors.changes_of(record)),
    }
    if "on" in request.GET and form.is_valid():
        found = selectors.record_on(record, day)
        context |= {"day": day, "as_of": found}
        if found is not None:
            context |= {"states": states_rows(found.standing.record, found.state), **_shown(found.standing)}
    elif "version" in request.GET:
        context |= _shown(_numbered(standings, request.GET["version"]))
    return render(request, "workbench/evidence/versions.html", context)


def _numbered(standings: list[Standing], text: str) -> Standing:
    found = next((one for one in standings if str(one.number) == text), None)
    if found is None:
        raise Http404
    return found


def _shown(standing: Standing) -> dict[str, object]:
    return {"standing": standing, "contents": officer_fields(standing.record)}


@login_required
@require_safe
def subject_as_of(request: HttpRequest, public_id: str) -> HttpResponse:
    """What the platform held, showed, shared and used about a subject on a day, of the records this officer may see. That a
    natural person is known at all is for those alone who may see a record of it."""
    officer = officer_of(request)
    subject = get_object_or_404(Subject, public_id=public_id)
    form, day = _asked_day(request)
    found = selectors.subject_on(officer, subject, day)
    hidden = (
        subject.kind == SubjectKind.PERSON and not records.visible_to(officer).filter(about(subject)).exists()
    )
    if hidden:
        raise Http404
    heads = [
        Column("文书号"),
        Column("事项"),
        *(Column(word, tight=True) for word in ("公示", "共享", "使用")),
        Column("版本"),
    ]
    table = Table("当日的信用记录", heads, [_line(one, day) for one in found], caption_hidden=True)
    context = {"subject": subject, "form": form, "day": day, "table": table, "count": len(found)}
    return render(request, "workbench/evidence/subject_as_of.html", context)


def _line(one: AsOf, day: date) -> list[Cell | str]:
    record: CreditRecord = one.standing.record
    url = f"{reverse('workbench:record-versions', args=[record.pk])}?on={day:%Y-%m-%d}"
    state = one.state
    return [
        Cell(record.document_number, url=url, note=cdate(record.decision_date)),
        record.item.name,
        *(Cell(chip=_yes(holds)) for holds in (state.published, state.shared, state.used)),
        Cell(f"第{one.standing.number}版", note="当日有改动" if one.changed_that_day else ""),
    ]


def _yes(holds: bool) -> Chip:
    return Chip("是", "good") if holds else Chip("否", "neutral")
