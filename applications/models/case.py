"""The case: one application, or one enrolment without application, and all that follows from it."""

from random import SystemRandom
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applications import case_number
from applications.querysets import CaseQuerySet
from workflow.addresses import address_of

CHANCE = SystemRandom()
ATTEMPTS = 5
SOME_NUMBER = "00000-0"


def case_address(number: str) -> str:
    """Return the address of a case's page."""
    return address_of("applications:case", number, like=SOME_NUMBER)


class Case(models.Model):
    """What people see everywhere instead of a name; its stream holds every event of the journey."""

    serial = models.PositiveBigIntegerField(unique=True, editable=False)
    number = models.CharField(_("case number"), max_length=20, unique=True, editable=False)
    programme = models.ForeignKey("programmes.Programme", on_delete=models.PROTECT, related_name="cases")
    site = models.ForeignKey(
        "programmes.Site", on_delete=models.PROTECT, null=True, blank=True, related_name="cases"
    )
    opened_at = models.DateTimeField(_("opened on"), default=timezone.now)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        constraints = [
            models.CheckConstraint(condition=Q(serial__gte=case_number.FIRST), name="case_serial_from"),
        ]

    def __str__(self) -> str:
        return self.number

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Give a new case its number; a number that somebody else drew at the same moment is drawn again."""
        if self.serial:
            self.number = self.number or case_number.make(self.serial)
            super().save(*args, **kwargs)
            return
        for attempt in range(1, ATTEMPTS + 1):
            self.serial = _free_serial()
            self.number = case_number.make(self.serial)
            try:
                with transaction.atomic():
                    super().save(*args, **kwargs)
                return
            except IntegrityError:
                if attempt == ATTEMPTS or not Case.objects.filter(serial=self.serial).exists():
                    raise

    def get_absolute_url(self) -> str:
        """The page of the case."""
        return case_address(self.number)

    @property
    def stream(self) -> str:
        """The stream of every event of the case."""
        return f"case:{self.number}"


def _free_serial() -> int:
    largest = Case.objects.aggregate(largest=Max("serial"))["largest"]
    while True:
        drawn = case_number.lots(largest, CHANCE)
        taken = set(Case.objects.filter(serial__in=drawn).values_list("serial", flat=True))
        serial = case_number.choose(drawn, taken)
        if serial is not None:
            return serial
        largest = 10 ** len(str(max(largest or case_number.FIRST, case_number.FIRST)))
