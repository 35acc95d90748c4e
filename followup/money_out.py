"""Which money has left on the word of a visit, and whether anything is still to be held."""

from django.db.models import Exists, OuterRef, Q

from disbursements.models import Grant, PaymentOrder, Tranche
from followup.models import Visit

CONDITIONS = ("visit_validated", "cash_book_seen")
ON_ITS_WAY = ("released", "exported", "in_doubt", "executed", "receipted")


def _gone() -> Q:
    on_its_way = PaymentOrder.objects.filter(tranche=OuterRef("pk"), state__in=ON_ITS_WAY)
    return Q(state__in=["paid", "justified"]) | Q(Exists(on_its_way))


def left_on_the_word_of(visit: Visit) -> list[int]:
    """Return the numbers of the instalments that waited for this visit and whose money was released."""
    rows = Tranche.objects.filter(
        grant=visit.enterprise.grant,
        conditions__kind__in=CONDITIONS,
        conditions__parameter=visit.code,
        conditions__met_id=str(visit.pk),
    )
    return sorted(set(rows.filter(_gone()).values_list("number", flat=True)))


def something_is_left(grant: Grant) -> bool:
    """Tell whether money of the grant has not been released yet."""
    return grant.tranches.live().exclude(_gone()).exists()
