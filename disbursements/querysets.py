"""How rows are selected: what each person may see, and the few selections that the machines need.

Finance roles, managers and auditors see their programmes; people in the field see grants and instalments
but no accounts, a coach only of whom they stand beside (`beside.py`); beneficiaries see their own grant.
Donors see their own instalments, and of each instalment of a grant the part that is their money: no name and
no case hangs on it.
"""

from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce, NullIf
from django.utils import timezone

from disbursements.beside import of_nobody_else
from disbursements.roles import COACH, GRANT_READERS, MONEY_READERS
from programmes.localised import columns, reading_order
from programmes.predicates import programme_ids

if TYPE_CHECKING:
    from disbursements.journal import AccountKey


def own_grants(user: Any, prefix: str = "") -> Q:
    """The condition "is of a grant of this person's own application"."""
    from applications.models import Application

    if getattr(user, "pk", None) is None:
        return Q(pk__in=[])
    own = Application.objects.filter(applicant__user=user.pk).values("pk")
    return Q(**{f"{prefix}application__in": own})


def readers_of(user: Any, prefix: str, roles: tuple[str, ...] = GRANT_READERS, case: str = "") -> Q:
    """The condition "is of a programme in which the user has one of the roles".

    case: the path to the case; with it a coach, when one of the roles, reads only of whom they stand beside.
    """
    if not case or COACH not in roles:
        return Q(**{f"{prefix}programme__in": programme_ids(user, *roles)})
    others = programme_ids(user, *(role for role in roles if role != COACH))
    found = Q(**{f"{prefix}programme__in": others})
    if coached := programme_ids(user, COACH) - others:
        found |= Q(**{f"{prefix}programme__in": coached}) & of_nobody_else(user, case)
    return found


def grant_readers(user: Any, grant: str) -> Q:
    """The condition "is of a grant that the user's roles open". grant: the path to it, ending in "__"."""
    return readers_of(user, grant, GRANT_READERS, f"{grant}case")


def donors_own(user: Any, programme: str, donor: str) -> Q:
    """The condition "is of an organisation for which the user is a donor there"; named: paths of both."""
    from programmes.models import Membership

    if getattr(user, "pk", None) is None:
        return Q(pk__in=[])
    own = Membership.objects.filter(
        user=user.pk, role="donor", programme=models.OuterRef(programme), donor=models.OuterRef(donor)
    )
    return Q(models.Exists(own.in_force(timezone.localdate())))


class ProgrammeOwnedQuerySet(models.QuerySet[Any]):
    """Rows of a programme about money: policy, thresholds, suppliers."""

    def visible_to(self, user: Any) -> Self:
        """Those of programmes whose money the user handles or audits."""
        return self.filter(readers_of(user, "", MONEY_READERS))


class CallOwnedQuerySet(models.QuerySet[Any]):
    """Rows of a call: instalment plans, funding shares."""

    def visible_to(self, user: Any) -> Self:
        """Those of programmes in whose grants the user has a part."""
        return self.filter(readers_of(user, "call__"))


class AccountQuerySet(models.QuerySet[Any]):
    """Accounts of the journal."""

    def visible_to(self, user: Any) -> Self:
        """Those of programmes whose money the user handles or audits."""
        return self.filter(readers_of(user, "", MONEY_READERS))

    def with_owner_words(self) -> Self:
        """With `owner_words`: the reference, code or name of what the account belongs to."""
        from disbursements.models import AccountKind, Grant, Supplier
        from disbursements.models.ledger import GRANT_KINDS
        from programmes.models import Call, Contribution, Programme

        owner = {"pk": models.OuterRef("owner_id")}

        def words(rows: models.QuerySet[Any], column: Any) -> models.Subquery:
            return models.Subquery(rows.filter(**owner).annotate(words=column).values("words")[:1])

        names = [NullIf(f"donor__{name}", models.Value("")) for name in columns("name", reading_order())]

        return self.annotate(
            owner_words=models.Case(
                models.When(kind__in=GRANT_KINDS, then=words(Grant.objects.all(), F("reference"))),
                models.When(kind=AccountKind.CALL_AVAILABLE, then=words(Call.objects.all(), F("code"))),
                models.When(kind=AccountKind.SUPPLIER_PAYABLE, then=words(Supplier.objects.all(), F("name"))),
                models.When(
                    kind__in=[AccountKind.FUNDING, AccountKind.DONOR_PAID_IN],
                    then=words(Contribution.objects.all(), Coalesce(*names)),
                ),
                default=words(Programme.objects.all(), F("code")),
                output_field=models.CharField(),
            )
        )

    def for_keys(self, keys: "list[AccountKey]", currency: str) -> Self:
        """The accounts of these kinds and owners in one currency."""
        wanted = Q(pk__in=[])
        for key in keys:
            wanted |= Q(kind=key.kind, owner_id=key.owner_id)
        return self.filter(wanted, currency=currency)


class PeriodQuerySet(models.QuerySet[Any]):
    """Months of the books."""

    def visible_to(self, user: Any) -> Self:
        """Those of programmes whose money the user handles or audits."""
        return self.filter(readers_of(user, "", MONEY_READERS))


class PostingQuerySet(models.QuerySet[Any]):
    """Lines of the journal."""

    def visible_to(self, user: Any) -> Self:
        """Those of programmes whose money the user handles or audits."""
        return self.filter(readers_of(user, "", MONEY_READERS))

    def of_grant(self, grant_id: int) -> Self:
        """Lines that touch an account of a grant, oldest first."""
        from disbursements.models.ledger import GRANT_KINDS

        mine = {"kind__in": GRANT_KINDS, "owner_id": grant_id}
        touched = Q(**{f"debit__{name}": value for name, value in mine.items()})
        touched |= Q(**{f"credit__{name}": value for name, value in mine.items()})
        return self.filter(touched).order_by("happened_at", "id")


class GrantQuerySet(models.QuerySet[Any]):
    """Grants."""

    def visible_to(self, user: Any) -> Self:
        """Those of the user's programmes, and one's own once it is offered."""
        own = own_grants(user) & ~Q(state="draft")
        return self.filter(grant_readers(user, "") | own)

    def of_programme(self, programme: Any, user: Any) -> Self:
        """Those of a programme that one may see: `visible_to`, without one's own for who reads them all."""
        rows = self.filter(programme=programme)
        readers = (role for role in GRANT_READERS if role != COACH)
        return rows if programme.pk in programme_ids(user, *readers) else rows.visible_to(user)

    def live(self) -> Self:
        """Those that came to be or still may."""
        return self.exclude(state__in=["declined", "expired", "cancelled"])


class GrantChildQuerySet(models.QuerySet[Any]):
    """Rows of a grant."""

    def visible_to(self, user: Any) -> Self:
        """Those of grants that the user may see."""
        return self.filter(grant_readers(user, "grant__") | own_grants(user, "grant__"))


class TrancheQuerySet(GrantChildQuerySet):
    """Instalments."""

    def live(self) -> Self:
        """Those that count towards the grant."""
        return self.exclude(state="cancelled")

    def unpaid_of_live_grants(self) -> Self:
        """Those that wait for money, of grants in force."""
        waiting = ["due", "evidence_submitted", "returned", "verified", "approved", "ordered"]
        return self.filter(state__in=waiting, grant__state__in=["signed", "active", "suspended"])


class TrancheChildQuerySet(models.QuerySet[Any]):
    """Rows of an instalment: conditions, shares, papers."""

    def visible_to(self, user: Any) -> Self:
        """Those of instalments that the user may see."""
        prefix = "tranche__grant__"
        return self.filter(grant_readers(user, prefix) | own_grants(user, prefix))


class TrancheShareQuerySet(models.QuerySet[Any]):
    """Whose money an instalment is."""

    def visible_to(self, user: Any) -> Self:
        """Those of instalments that the user may see, and those of a donor's own contributions."""
        prefix = "tranche__grant__"
        own = donors_own(user, "contribution__programme", "contribution__donor")
        return self.filter(grant_readers(user, prefix) | own_grants(user, prefix) | own)

    def counted(self) -> Self:
        """Those of live instalments of live grants; trials do not count."""
        dead = ["draft", "declined", "expired", "cancelled"]
        rows = self.filter(tranche__grant__track__call__is_test=False)
        return rows.exclude(tranche__state="cancelled").exclude(tranche__grant__state__in=dead)


class HoldQuerySet(models.QuerySet[Any]):
    """Holds on instalments and grants."""

    def visible_to(self, user: Any) -> Self:
        """Those of the user's programmes; the beneficiary sees that money waits, not the reason."""
        return self.filter(grant_readers(user, "grant__") | grant_readers(user, "tranche__grant__"))

    def placed(self) -> Self:
        """Those that nobody released."""
        return self.filter(state="placed")


class DestinationQuerySet(models.QuerySet[Any]):
    """Payees' accounts."""

    def visible_to(self, user: Any) -> Self:
        """Those of programmes whose money the user handles or audits, and one's own."""
        return self.filter(readers_of(user, "", MONEY_READERS) | own_grants(user, "grant__"))

    def verified(self) -> Self:
        """The one in use."""
        return self.filter(state="verified")

    def in_use_or_entered(self) -> Self:
        """Those that were neither refused nor retired."""
        return self.filter(state__in=["entered", "verified"])


class OrderQuerySet(models.QuerySet[Any]):
    """Payment orders."""

    dead = ("failed", "returned", "cancelled")

    def visible_to(self, user: Any) -> Self:
        """Those of programmes whose money the user handles or audits; coaches and payees when executed."""
        from disbursements.roles import FIELD

        executed = Q(state__in=["executed", "receipted", "returned"])
        beside = readers_of(user, "", FIELD, "tranche__grant__case") | own_grants(user, "tranche__grant__")
        return self.filter(readers_of(user, "", MONEY_READERS) | (executed & beside))

    def live(self) -> Self:
        """Those that did not come to nothing."""
        return self.exclude(state__in=self.dead)

    def unfinished(self) -> Self:
        """Those that are neither paid nor came to nothing."""
        return self.exclude(state__in=[*self.dead, "executed", "receipted"])

    def draft_for(self, tranche: Any, firing: Any) -> Any:
        """Draft the order of an instalment, inside its transition; it supersedes the one that failed."""
        before = self.model.objects.filter(tranche=tranche).order_by("-attempt").first()
        attempt = before.attempt + 1 if before else 1
        return self.model.objects.create(
            programme_id=tranche.grant.programme_id,
            tranche=tranche,
            attempt=attempt,
            number=self.model.number_for(tranche, attempt),
            supersedes=before,
            currency=tranche.grant.currency,
            gross_minor=tranche.amount_minor,
            offset_minor=tranche.offset_minor,
            net_minor=tranche.amount_minor - tranche.offset_minor,
            tranche_verifier_id=tranche.verified_by_id,
            tranche_approver_id=tranche.approved_by_id,
            prepared_by_id=firing.actor.pk,
        )


class OrderChildQuerySet(models.QuerySet[Any]):
    """Rows of an order: signatures, instruction, proofs, confirmations."""

    def visible_to(self, user: Any) -> Self:
        """Those of programmes whose money the user handles or audits."""
        return self.filter(readers_of(user, "order__", MONEY_READERS))


class ProcurementQuerySet(models.QuerySet[Any]):
    """Purchases."""

    def visible_to(self, user: Any) -> Self:
        """Those of the user's programmes, and one's own once goods are on their way."""
        prefix = "tranche__grant__"
        own = own_grants(user, prefix) & Q(state__in=["ordered", "delivered", "handed_over", "matched"])
        return self.filter(grant_readers(user, prefix) | own)

    def live(self) -> Self:
        """Those that were not cancelled."""
        return self.exclude(state="cancelled")


class ProcurementChildQuerySet(models.QuerySet[Any]):
    """Rows of a purchase."""

    def visible_to(self, user: Any) -> Self:
        """Those of purchases of the user's programmes."""
        return self.filter(grant_readers(user, "procurement__tranche__grant__"))


class JustificationQuerySet(models.QuerySet[Any]):
    """Accountings for payments."""

    def visible_to(self, user: Any) -> Self:
        """Those of the user's programmes, and one's own."""
        prefix = "tranche__grant__"
        return self.filter(grant_readers(user, prefix) | own_grants(user, prefix))

    def overdue(self, today: date) -> Self:
        """Those that should have come before today and are not accepted."""
        late = self.filter(due_on__lt=today, order__state__in=["executed", "receipted"])
        settled = Q(paid_minor=F("justified_minor") + F("recovered_minor"))
        return late.exclude(state__in=["accepted", "submitted", "under_review"]).exclude(settled)

    def of_standing_payments(self) -> Self:
        """Those of payments that did not come back."""
        return self.filter(order__state__in=["executed", "receipted"])

    def with_decisions(self) -> Self:
        """Those in which something was accepted or refused."""
        return self.filter(lines__booked=True)


class JustificationChildQuerySet(models.QuerySet[Any]):
    """Lines of accountings."""

    def visible_to(self, user: Any) -> Self:
        """Those of accountings that the user may see."""
        prefix = "justification__tranche__grant__"
        return self.filter(grant_readers(user, prefix) | own_grants(user, prefix))


class BatchQuerySet(models.QuerySet[Any]):
    """Payment batches."""

    def visible_to(self, user: Any) -> Self:
        """Those of programmes whose money the user handles or audits."""
        return self.filter(readers_of(user, "", MONEY_READERS))


class BatchChildQuerySet(models.QuerySet[Any]):
    """Lines, signatures and files of batches."""

    def visible_to(self, user: Any) -> Self:
        """Those of batches that the user may see."""
        return self.filter(readers_of(user, "batch__", MONEY_READERS))


class BankLineQuerySet(models.QuerySet[Any]):
    """Movements of statements."""

    def visible_to(self, user: Any) -> Self:
        """Those of programmes whose money the user handles or audits."""
        return self.filter(readers_of(user, "", MONEY_READERS))

    def unexplained(self) -> Self:
        """Those of which nobody has said what they are."""
        return self.filter(state="open")


class RecoveryQuerySet(models.QuerySet[Any]):
    """Claims of money that is to be paid back."""

    def visible_to(self, user: Any) -> Self:
        """Those of the user's programmes, and one's own once one was told."""
        own = own_grants(user, "grant__") & ~Q(state="opened")
        return self.filter(grant_readers(user, "grant__") | own)

    def standing(self) -> Self:
        """Those of which something may still be owed."""
        return self.exclude(state__in=["repaid", "written_off", "closed", "cancelled"])

    def with_outstanding(self) -> Self:
        """With `left`: what is still owed, in minor units."""
        ended = F("lowered_minor") + F("repaid_minor") + F("offset_minor") + F("written_off_minor")
        return self.annotate(left=F("claimed_minor") - ended)


class RecoveryChildQuerySet(models.QuerySet[Any]):
    """Agreed parts and moves of claims."""

    def visible_to(self, user: Any) -> Self:
        """Those of claims that the user may see."""
        own = own_grants(user, "recovery__grant__") & ~Q(recovery__state="opened")
        return self.filter(grant_readers(user, "recovery__grant__") | own)


class CashAdvanceQuerySet(models.QuerySet[Any]):
    """Cash advances."""

    def visible_to(self, user: Any) -> Self:
        """Those of programmes whose money the user handles or audits, and those that one carries oneself."""
        carried = Q(cashier=user.pk) if getattr(user, "pk", None) else Q(pk__in=[])
        mine = carried & Q(programme__in=programme_ids(user))
        return self.filter(readers_of(user, "", MONEY_READERS) | mine)


class CashLineQuerySet(models.QuerySet[Any]):
    """Lines of cash advances."""

    def visible_to(self, user: Any) -> Self:
        """Those of advances of programmes whose money the user handles or audits."""
        return self.filter(readers_of(user, "advance__", MONEY_READERS))


class DonorInstalmentQuerySet(models.QuerySet[Any]):
    """Instalments of donors."""

    def visible_to(self, user: Any) -> Self:
        """Those of programmes whose money the user handles or audits, and a donor's own."""
        own = donors_own(user, "programme", "contribution__donor")
        return self.filter(readers_of(user, "", MONEY_READERS) | own)
