"""The forms of errands on the portal: those of the repair room, asked of people only."""

from typing import Final

from django import forms

from portal.humans import HumanMixin
from repair.choices import Kind
from repair.forms import ObjectionForm, ReorganisationForm, RepairForm
from repair.omission_forms import OmissionForm


class PublicRepairForm(RepairForm, HumanMixin):
    pass


class PublicObjectionForm(ObjectionForm, HumanMixin):
    pass


class PublicOmissionForm(OmissionForm, HumanMixin):
    pass


class PublicReorganisationForm(ReorganisationForm, HumanMixin):
    pass


ERRAND_FORMS: Final[
    dict[Kind, type[PublicRepairForm] | type[PublicObjectionForm] | type[PublicReorganisationForm]]
] = {
    Kind.REPAIR: PublicRepairForm,
    Kind.OBJECTION: PublicObjectionForm,
    Kind.REORGANISATION: PublicReorganisationForm,
}


class ProgressForm(forms.Form):
    """Number and query code of one's own case."""

    number = forms.CharField(
        label="受理编号",
        max_length=24,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters"}),
    )
    code = forms.CharField(
        label="查询码",
        max_length=16,
        help_text="申请时给您的 8 位字母和数字",
        widget=forms.TextInput(
            {"autocomplete": "off", "autocapitalize": "characters", "class": "input--short"}
        ),
    )


class CheckForm(forms.Form):
    """Number and check code of a certificate, as printed on it or carried by its QR code."""

    number = forms.CharField(label="证明编号", max_length=24)
    code = forms.CharField(label="核验码", max_length=16, widget=forms.TextInput({"class": "input--short"}))
