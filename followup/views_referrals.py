"""Pages of referrals: the field opens one, only protection officers read it, nothing is exported."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from disbursements.views.parts import FormPage
from followup.forms_actions import ReferralForm
from followup.models import Referral, Visit
from followup.scope import in_referral, in_visit
from programmes.scope import in_programme
from workflow import access

PER_PAGE = 50


@access.rule("followup.open_referral", in_visit)
class OpenReferral(FormPage):
    """Hand a concern to the protection officer."""

    form_class = ReferralForm
    title = _("Tell the protection officer")
    submit = _("Hand over")
    done = _("The protection officer has it. Nobody else can read it.")

    def get_lead(self) -> Any:
        """What happens with it."""
        return _("It stands on no other page, gives no points of risk and is in no file.")

    def save(self, form: ReferralForm) -> None:
        """Seal it."""
        visit: Visit = self.record
        Referral.objects.create(
            programme=visit.programme,
            case=visit.case,
            opened_by_id=self.user_id,
            opened_at=self.now,
            state_since=self.now,
            **form.cleaned_data,
        )


@access.rule("followup.view_referrals", in_programme)
def referrals(request: HttpRequest, code: str) -> HttpResponse:
    """The referrals of a programme, open ones first."""
    programme = access.object_of(request)
    rows = Referral.objects.visible_to(request.user).filter(programme=programme).select_related("case")
    page = Paginator(rows.order_by("closed_by", "-opened_at", "pk"), PER_PAGE).get_page(
        request.GET.get("page")
    )
    return render(request, "followup/referrals.html", {"programme": programme, "page": page})


@access.rule("followup.view_referral", in_referral)
def referral_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One referral, unsealed for the protection officer."""
    referral: Referral = access.object_of(request)
    context = {"referral": referral, "programme": referral.programme}
    return render(request, "followup/referral.html", context)
