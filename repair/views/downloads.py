"""Downloads of a case: the papers the platform makes, and those that were handed in."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from agencies.sign_in import officer_of
from common.documents import PDF_TYPE, WORD_TYPE, OfficialDocument, as_pdf, as_word
from common.gates import Refused
from repair.forms import PurposeForm
from repair.models import Material
from repair.papers import PAPERS
from repair.selectors import cases as selectors
from repair.services import ReadingRefused, read_material


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
    """A paper as it was handed in, as a download that no browser opens by itself; who opens it for what is registered.
    Where the purpose does not go without saying, the page asks for it."""
    officer = officer_of(request)
    form = PurposeForm(request.GET if "purpose" in request.GET else None)
    purpose = form.cleaned_data["purpose"] if form.is_valid() else ""
    try:
        material, content = read_material(officer=officer, material_id=pk, purpose=purpose)
    except Material.DoesNotExist:
        raise Http404 from None
    except ReadingRefused as refused:
        if refused.visible:
            raise PermissionDenied from None
        raise Http404 from None
    except Refused:
        asked = Material.objects.select_related("case").get(pk=pk)
        return render(request, "workbench/repair/material.html", {"form": form, "material": asked})
    assert material.file is not None, "asked for with a file"
    response = HttpResponse(content, content_type="application/octet-stream")
    ending = material.file.media_type.rsplit("/", 1)[-1].replace("jpeg", "jpg")
    response.headers["Content-Disposition"] = (
        f'attachment; filename="{material.case.number}-{material.pk}.{ending}"'
    )
    return response
