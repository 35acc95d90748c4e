"""The programme: what it is called, where and when it runs, what it costs, and its machine.

Donors, places, people and calls are in the modules beside this one. A number that was not published is
null, never zero; what is stored beside it is its basis: who says so.
"""

from datetime import date, datetime, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from programmes import guards, validators
from programmes.accent import accent_class
from programmes.basis import Basis
from programmes.localised import Localised
from programmes.money import amount_property
from programmes.querysets import ProgrammeQuerySet
from workflow import StateField, StateModel, known_states, transition
from workflow.append_only import latch
from workflow.declare import Firing
from workflow.states import DOING, DONE, NEUTRAL

DEFAULT_ACCENT = "#1f5a7a"


class ProgrammeState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    RUNNING = "running", _("Running")
    CLOSED = "closed", _("Closed")


@latch("forced_pseudonyms")
class Programme(StateModel):
    """One programme, with a code that its papers carry.

    Forced pseudonyms are a latch: a trigger refuses to switch them off, whoever asks.
    """

    MAIN_PATH = ("draft", "running", "closed")
    MEANINGS: ClassVar = {"draft": NEUTRAL, "running": DOING, "closed": DONE}

    code = models.CharField(
        _("code"),
        max_length=40,
        unique=True,
        validators=[RegexValidator(r"^[A-Z0-9][A-Z0-9-]*\Z", _("Capital letters, digits and hyphens."))],
    )
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("part of the programme"),
    )
    title_fr = models.CharField(_("title in French"), max_length=200, blank=True)
    title_en = models.CharField(_("title in English"), max_length=200, blank=True)
    title_ar = models.CharField(_("title in Arabic"), max_length=200, blank=True)
    title = Localised()
    summary_fr = models.TextField(_("summary in French"), blank=True)
    summary_en = models.TextField(_("summary in English"), blank=True)
    summary_ar = models.TextField(_("summary in Arabic"), blank=True)
    summary = Localised()
    framework_fr = models.CharField(_("larger framework in French"), max_length=300, blank=True)
    framework_en = models.CharField(_("larger framework in English"), max_length=300, blank=True)
    framework_ar = models.CharField(_("larger framework in Arabic"), max_length=300, blank=True)
    framework = Localised()
    country = models.CharField(_("country"), max_length=2, blank=True, validators=[validators.country])
    currency = models.CharField(_("currency of grants"), max_length=3, validators=[validators.currency])
    time_zone = models.CharField(
        _("time zone of deadlines"), max_length=40, default="UTC", validators=[validators.time_zone]
    )

    planned_start = models.DateField(_("planned start"), null=True, blank=True)
    planned_end = models.DateField(_("planned end"), null=True, blank=True)
    actual_start = models.DateField(_("actual start"), null=True, blank=True)
    actual_end = models.DateField(_("actual end"), null=True, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    planned_months = models.PositiveSmallIntegerField(_("planned duration in months"), null=True, blank=True)
    planned_months_source = models.CharField(_("source of the planned duration"), max_length=200, blank=True)
    published_months = models.PositiveSmallIntegerField(
        _("published duration in months"), null=True, blank=True
    )
    published_months_source = models.CharField(
        _("source of the published duration"), max_length=200, blank=True
    )

    budget_minor = models.BigIntegerField(_("total budget"), null=True, blank=True)
    budget_currency = models.CharField(
        _("currency of the budget"), max_length=3, blank=True, validators=[validators.currency]
    )
    budget = amount_property("budget_minor", "budget_currency")
    budget_basis = models.CharField(
        _("basis of the budget"), max_length=16, choices=Basis, default=Basis.PUBLISHED
    )
    budget_source = models.CharField(_("source of the budget"), max_length=200, blank=True)

    forced_pseudonyms = models.BooleanField(
        _("names can never be shown"),
        default=False,
        help_text=_("Nobody can switch pseudonyms off: a list of these people could be used against them."),
    )
    retention_months = models.PositiveSmallIntegerField(
        _("months that identities are kept after closing"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(240)],
        help_text=_(
            "Then names, telephones, documents and photos are erased; money and statistics stay. Without a "
            "number nothing is erased by itself."
        ),
    )
    is_listed = models.BooleanField(_("shown to the public"), default=True)
    accent = models.CharField(_("accent colour"), max_length=7, default=DEFAULT_ACCENT)
    logo = models.ForeignKey(
        "documents.Document",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("logo"),
    )
    state = StateField(_("state"), default=ProgrammeState.DRAFT, choices=ProgrammeState.choices)

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        ordering = ["code"]
        constraints = [
            known_states("programmes_programme", ProgrammeState),
            models.CheckConstraint(
                condition=Q(budget_minor__isnull=True) | (Q(budget_minor__gte=0) & ~Q(budget_currency="")),
                name="programme_budget_not_negative_with_currency",
            ),
            models.CheckConstraint(
                condition=Q(planned_start__isnull=True)
                | Q(planned_end__isnull=True)
                | Q(planned_end__gte=F("planned_start")),
                name="programme_planned_period_in_order",
            ),
            models.CheckConstraint(
                condition=Q(actual_start__isnull=True)
                | Q(actual_end__isnull=True)
                | Q(actual_end__gte=F("actual_start")),
                name="programme_actual_period_in_order",
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")), name="programme_not_its_own_parent"
            ),
            models.CheckConstraint(
                condition=Q(budget_basis__in=Basis.values), name="programme_budget_basis_known"
            ),
            models.CheckConstraint(
                condition=Q(retention_months__isnull=True) | Q(retention_months__range=(1, 240)),
                name="programme_retention_plausible",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        """The public page."""
        return reverse("programmes:programme", args=[self.code])

    @property
    def programme_id(self) -> int:
        """Its own key, so that rules may treat it like its records."""
        return self.pk

    @property
    def is_closed(self) -> bool:
        """Whether nothing of it may change any more, but for erasure and recovery."""
        return self.state == ProgrammeState.CLOSED

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which its deadlines are meant."""
        return ZoneInfo(self.time_zone)

    def day_of(self, moment: datetime) -> date:
        """Return the calendar day of a moment, where the programme is."""
        return moment.astimezone(self.zone).date()

    @property
    def actual_months(self) -> int | None:
        """Whole months from actual start to actual end; None without both."""
        if self.actual_start is None or self.actual_end is None:
            return None
        return months_spanned(self.actual_start, self.actual_end)

    @property
    def period(self) -> tuple[date | None, date | None]:
        """Start and end as they happened, else as planned."""
        return self.actual_start or self.planned_start, self.actual_end or self.planned_end

    @property
    def accent_class(self) -> str:
        """The class on `<html>` that carries the accent."""
        return accent_class(self.code)

    @cached_property
    def accent_url(self) -> str:
        """The small stylesheet of the accent; a new colour has a new address."""
        return reverse("programmes:accent", args=[self.code, self.accent.removeprefix("#").lower()])

    def clean(self) -> None:
        """Refuse a programme that is part of itself, and one that would show names that it hid."""
        validators.refuse_loop(self)
        if not self.forced_pseudonyms and self.pk:
            held = type(self)._base_manager.filter(pk=self.pk, forced_pseudonyms=True)
            if held.exists():
                raise ValidationError({"forced_pseudonyms": _("Nobody can switch pseudonyms off.")})

    @transition(
        source="draft",
        target="running",
        label=_("Publish the programme"),
        done=_("Published"),
        guards=[
            guards.title_is_written,
            guards.country_is_known,
            guards.period_is_known,
            guards.has_a_site,
        ],
        style="primary",
    )
    def publish(self, firing: Firing) -> None:
        pass

    @transition(
        source="running",
        target="closed",
        label=_("Close the programme"),
        done=_("Closed"),
        guards=[guards.no_call_is_open],
        confirm=guards.closing_sentence,
    )
    def close(self, firing: Firing) -> None:
        if self.closed_on is None:
            self.closed_on = self.day_of(firing.at)

    @transition(
        source="closed",
        target="running",
        label=_("Reopen the programme"),
        done=_("Reopened"),
        reason=True,
        style="danger",
    )
    def reopen(self, firing: Firing) -> None:
        self.closed_on = None


def months_spanned(start: date, end: date) -> int:
    """Return the whole months from the first day to the last one, both included.

    1 May 2013 to 14 April 2015 is 23, 1 July 2022 to 31 October 2023 is 16.
    """
    after = end + timedelta(days=1)
    return (after.year - start.year) * 12 + after.month - start.month - (after.day < start.day)
