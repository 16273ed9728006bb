"""Downloads of a case: the papers the platform makes, and those that were handed in."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from agencies.sign_in import officer_of
from common.documents import PDF_TYPE, WORD_TYPE, OfficialDocument, as_pdf, as_word
from common.files import read
from repair.models import Material
from repair.papers import PAPERS
from repair.selectors import cases as selectors


@login_required
@never_cache
@require_safe
def case_paper(request: HttpRequest, number: str, do: str) -> HttpResponse:
    """One paper of a case; it names the applicant, so only those who may read its materials have it."""
    officer = officer_of(request)
    case = get_object_or_404(selectors.cases_visible_to(officer), number=number)
    if do not in PAPERS:
        raise Http404
    if not (selectors.may_read_materials(officer, case) or case.entered_by_id == officer.pk):
        raise PermissionDenied
    kind = PAPERS[do]
    if not kind.exists(case):
        raise Http404
    document = kind.make(case, request.build_absolute_uri)
    return document_response(request, document, f"{case.number}-{do}")


def document_response(request: HttpRequest, document: OfficialDocument, name: str) -> HttpResponse:
    word = request.GET.get("format") == "word"
    content = as_word(document) if word else as_pdf(document)
    response = HttpResponse(content, content_type=WORD_TYPE if word else PDF_TYPE)
    ending = "docx" if word else "pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{ending}"'
    return response


@login_required
@never_cache
@require_safe
def case_material(request: HttpRequest, pk: int) -> HttpResponse:
    """A paper as it was handed in, as a download that no browser opens by itself."""
    officer = officer_of(request)
    material = get_object_or_404(
        Material.objects.select_related("file", "case__agency"), pk=pk, file__isnull=False
    )
    visible = selectors.cases_visible_to(officer).filter(pk=material.case_id).exists()
    if not visible:
        raise Http404
    if not selectors.may_read_materials(officer, material.case):
        raise PermissionDenied
    assert material.file is not None, "asked for with a file"
    response = HttpResponse(read(material.file), content_type="application/octet-stream")
    ending = material.file.media_type.rsplit("/", 1)[-1].replace("jpeg", "jpg")
    response.headers["Content-Disposition"] = (
        f'attachment; filename="{material.case.number}-{material.pk}.{ending}"'
    )
    return response
