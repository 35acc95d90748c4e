"""Calls, their tracks and their selection sessions, with the machines of call and session.

Grids, tranche plans and visit plans belong to the packages above and hang on the call by a key; what they
need before a call is published they say by guards of their own.
"""

from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from programmes import guards, validators
from programmes.localised import LANGUAGES, Localised, written
from programmes.models.programme import Programme
from programmes.money import amount_property
from programmes.querysets import CallQuerySet, OfCallQuerySet, SessionQuerySet
from workflow import StateField, StateModel, known_states, transition
from workflow.declare import Firing
from workflow.states import DOING, DONE, NEUTRAL, REFUSED, WAITING


class CallState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")
    CONCLUDED = "concluded", _("Concluded")
    CANCELLED = "cancelled", _("Cancelled")


def every_language() -> list[str]:
    """The languages of a call that chose none."""
    return list(LANGUAGES)


def session_streams(call: "Call", data: dict[str, Any]) -> list[str]:
    """The streams of the sessions that are cancelled with their call."""
    return [session.stream for session in call.sessions.filter(state__in=["planned", "screening"])]


class Call(StateModel):
    """A call for applications of one programme."""

    MAIN_PATH = ("draft", "published", "open", "closed", "concluded")
    MEANINGS: ClassVar = {
        "draft": NEUTRAL,
        "published": WAITING,
        "open": DOING,
        "closed": WAITING,
        "concluded": DONE,
        "cancelled": REFUSED,
    }

    programme = models.ForeignKey(
        Programme, on_delete=models.PROTECT, related_name="calls", verbose_name=_("programme")
    )
    code = models.SlugField(_("code"), max_length=40)
    title_fr = models.CharField(_("title in French"), max_length=200, blank=True)
    title_en = models.CharField(_("title in English"), max_length=200, blank=True)
    title_ar = models.CharField(_("title in Arabic"), max_length=200, blank=True)
    title = Localised()
    summary_fr = models.TextField(_("summary in French"), blank=True)
    summary_en = models.TextField(_("summary in English"), blank=True)
    summary_ar = models.TextField(_("summary in Arabic"), blank=True)
    summary = Localised()
    currency = models.CharField(_("currency"), max_length=3, validators=[validators.currency])
    envelope_minor = models.BigIntegerField(_("envelope"), null=True, blank=True)
    envelope = amount_property("envelope_minor")
    opens_at = models.DateTimeField(_("opens on"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes on"), null=True, blank=True)
    grace_minutes = models.PositiveSmallIntegerField(
        _("minutes of grace"),
        default=0,
        help_text=_("For how long after the closing time what was begun may still be sent."),
    )
    appeal_days = models.PositiveSmallIntegerField(_("days to appeal"), default=15)
    languages = models.JSONField(
        _("languages"),
        default=every_language,
        help_text=_("In which one can apply: texts of the forms are needed in each of them."),
    )
    is_test = models.BooleanField(
        _("trial"), default=False, help_text=_("Nothing of a trial ever counts in a report.")
    )
    state = StateField(_("state"), default=CallState.DRAFT, choices=CallState.choices)

    objects = CallQuerySet.as_manager()

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        ordering = ["programme_id", "-opens_at", "code"]
        constraints = [
            known_states("programmes_call", CallState),
            written("title", "call_has_a_title"),
            models.UniqueConstraint(
                fields=["programme", "code"],
                name="call_code_once",
                violation_error_message=_("Another call of this programme has this code."),
            ),
            models.CheckConstraint(
                condition=Q(envelope_minor__isnull=True) | Q(envelope_minor__gte=0),
                name="call_envelope_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(opens_at__isnull=True)
                | Q(closes_at__isnull=True)
                | Q(closes_at__gt=F("opens_at")),
                name="call_closes_after_it_opens",
                violation_error_message=_("A call closes after it opens."),
            ),
        ]
        indexes = [models.Index(fields=["state", "closes_at"], name="call_by_state")]

    def __str__(self) -> str:
        return f"{self.programme.code} · {self.title}"

    def get_absolute_url(self) -> str:
        """The page of the call."""
        return reverse("programmes:call", args=[self.programme.code, self.code])

    @property
    def deadline(self) -> datetime | None:
        """The last moment at which something can be sent: closing time and grace."""
        return self.closes_at and self.closes_at + timedelta(minutes=self.grace_minutes)

    def accepts(self, at: datetime) -> bool:
        """Whether an application can be sent at a moment."""
        return self.state == CallState.OPEN and self.deadline is not None and at <= self.deadline

    def session_for(self, at: datetime) -> "SelectionSession | None":
        """The session that reads what is sent at a moment: the next to cut off, not past screening.

        The grace of the call counts for its sessions too.
        """
        latest = at - timedelta(minutes=self.grace_minutes)
        waiting = self.sessions.filter(state__in=["planned", "screening"], cutoff_at__gte=latest)
        return waiting.order_by("cutoff_at", "number").first()

    @transition(
        source="draft",
        target="published",
        label=_("Publish the call"),
        done=_("Published"),
        guards=[
            guards.programme_is_running,
            guards.dates_are_set,
            guards.has_a_track,
            guards.envelope_is_set,
            guards.has_a_session,
        ],
        style="primary",
    )
    def publish(self, firing: Firing) -> None:
        pass

    @transition(
        source="published",
        target="open",
        label=_("Open the call"),
        done=_("Opened"),
        guards=[guards.opening_date_reached_or_reason],
        form="programmes.forms.actions.EarlyForm",
        style="primary",
    )
    def open(self, firing: Firing) -> None:
        pass

    @transition(
        source="open",
        target="closed",
        label=_("Close the call"),
        done=_("Closed"),
        guards=[guards.closing_date_reached_or_reason],
        form="programmes.forms.actions.EarlyForm",
    )
    def close(self, firing: Firing) -> None:
        pass

    @transition(
        source="closed",
        target="open",
        label=_("Extend the call"),
        done=_("Extended"),
        guards=[guards.no_session_is_past_screening, guards.new_date_is_later],
        form="programmes.forms.actions.ExtendForm",
        reason=True,
        facts=("closes_at",),
    )
    def extend(self, firing: Firing) -> None:
        before, self.closes_at = self.closes_at, parse_datetime(firing.data["closes_at"])
        self.stretch_sessions()
        if before is not None:
            firing.data["before"] = before.isoformat()

    def stretch_sessions(self) -> None:
        """Let the last session that still takes applications read what comes in until the call closes."""
        last = self.sessions.filter(state__in=["planned", "screening"]).order_by("cutoff_at", "number").last()
        if last is not None and self.closes_at is not None and last.cutoff_at < self.closes_at:
            self.sessions.filter(pk=last.pk).update(cutoff_at=self.closes_at)

    @transition(
        source="closed",
        target="concluded",
        label=_("Conclude the call"),
        done=_("Concluded"),
        guards=[guards.every_session_is_over],
        style="primary",
    )
    def conclude(self, firing: Firing) -> None:
        pass

    @transition(
        source=("draft", "published", "open", "closed"),
        target="cancelled",
        label=_("Cancel the call"),
        done=_("Cancelled"),
        reason=True,
        locks=session_streams,
        style="danger",
    )
    def cancel(self, firing: Firing) -> None:
        pass


class Purpose(models.TextChoices):
    CREATION = "creation", _("creation")
    STRENGTHENING = "strengthening", _("strengthening")


class Composition(models.TextChoices):
    INDIVIDUAL = "individual", _("one person")
    PAIR = "pair", _("two persons")
    GROUP = "group", _("a group")
    COOPERATIVE = "cooperative", _("a cooperative")
    INSTITUTION = "institution", _("an institution")


class Payment(models.TextChoices):
    CASH = "cash", _("money to the beneficiary")
    SUPPLIER = "supplier", _("a supplier is paid")
    KIT = "kit", _("a kit is handed over")
    NONE = "none", _("accompaniment only")


class Track(models.Model):
    """What one can apply for within a call: for whom, paid how, up to how much."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="tracks", verbose_name=_("call"))
    code = models.SlugField(_("code"), max_length=40)
    title_fr = models.CharField(_("title in French"), max_length=200, blank=True)
    title_en = models.CharField(_("title in English"), max_length=200, blank=True)
    title_ar = models.CharField(_("title in Arabic"), max_length=200, blank=True)
    title = Localised()
    purpose = models.CharField(_("purpose"), max_length=16, choices=Purpose, default=Purpose.CREATION)
    composition = models.CharField(
        _("for"), max_length=16, choices=Composition, default=Composition.INDIVIDUAL
    )
    payment = models.CharField(_("paid as"), max_length=16, choices=Payment, default=Payment.CASH)
    ceiling_minor = models.BigIntegerField(_("ceiling"), null=True, blank=True)
    ceiling = amount_property("ceiling_minor")
    min_members = models.PositiveSmallIntegerField(_("members at least"), default=1)
    max_members = models.PositiveSmallIntegerField(_("members at most"), null=True, blank=True, default=1)
    asks_shares = models.BooleanField(
        _("members say their shares"),
        default=False,
        help_text=_("Each member has a share in percent, and together they make 100."),
    )
    sort = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = OfCallQuerySet.as_manager()

    class Meta:
        verbose_name = _("track")
        verbose_name_plural = _("tracks")
        ordering = ["call_id", "sort", "pk"]
        constraints = [
            written("title", "track_has_a_title"),
            models.UniqueConstraint(
                fields=["call", "code"],
                name="track_code_once",
                violation_error_message=_("Another track of this call has this code."),
            ),
            models.CheckConstraint(condition=Q(purpose__in=Purpose.values), name="track_purpose_known"),
            models.CheckConstraint(
                condition=Q(composition__in=Composition.values), name="track_composition_known"
            ),
            models.CheckConstraint(condition=Q(payment__in=Payment.values), name="track_payment_known"),
            models.CheckConstraint(
                condition=Q(ceiling_minor__isnull=True) | Q(ceiling_minor__gt=0),
                name="track_ceiling_positive",
            ),
            models.CheckConstraint(
                condition=Q(max_members__isnull=True) | Q(max_members__gte=F("min_members")),
                name="track_members_in_order",
                violation_error_message=_("At most cannot be less than at least."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def currency(self) -> str:
        """The currency of its call."""
        return self.call.currency

    @property
    def programme_id(self) -> int:
        """The programme of its call."""
        return self.call.programme_id

    @property
    def pays_money(self) -> bool:
        """Whether somebody gets money, the beneficiary or a supplier."""
        return self.payment in (Payment.CASH, Payment.SUPPLIER)


class SessionState(models.TextChoices):
    PLANNED = "planned", _("Planned")
    SCREENING = "screening", _("Screening")
    SCORING = "scoring", _("Scoring")
    DELIBERATION = "deliberation", _("Deliberation")
    ANNOUNCED = "announced", _("Announced")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", _("Cancelled")


class SelectionSession(StateModel):
    """A committee's sitting: what came before its cut-off is screened, marked and decided."""

    MAIN_PATH = ("planned", "screening", "scoring", "deliberation", "announced", "closed")
    MEANINGS: ClassVar = {
        "planned": NEUTRAL,
        "screening": DOING,
        "scoring": DOING,
        "deliberation": WAITING,
        "announced": DONE,
        "closed": DONE,
        "cancelled": REFUSED,
    }

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="sessions", verbose_name=_("call"))
    number = models.PositiveSmallIntegerField(_("number"))
    cutoff_at = models.DateTimeField(_("cut-off"))
    sits_on = models.DateField(_("the committee sits on"), null=True, blank=True)
    place = models.CharField(_("place"), max_length=200, blank=True)
    places = models.PositiveIntegerField(
        _("places"),
        null=True,
        blank=True,
        help_text=_("How many can be chosen; empty: no limit but the money."),
    )
    envelope_minor = models.BigIntegerField(_("share of the envelope"), null=True, blank=True)
    envelope = amount_property("envelope_minor")
    announced_at = models.DateTimeField(_("announced on"), null=True, blank=True, editable=False)
    appeal_until = models.DateTimeField(_("appeals until"), null=True, blank=True)
    state = StateField(_("state"), default=SessionState.PLANNED, choices=SessionState.choices)

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("selection session")
        verbose_name_plural = _("selection sessions")
        ordering = ["call_id", "number"]
        constraints = [
            known_states("programmes_session", SessionState),
            models.UniqueConstraint(
                fields=["call", "number"],
                name="session_number_once",
                violation_error_message=_("Another session of this call has this number."),
            ),
            models.CheckConstraint(condition=Q(number__gt=0), name="session_number_positive"),
            models.CheckConstraint(
                condition=Q(envelope_minor__isnull=True) | Q(envelope_minor__gte=0),
                name="session_envelope_not_negative",
            ),
        ]
        indexes = [models.Index(fields=["state", "cutoff_at"], name="session_by_state")]

    def __str__(self) -> str:
        return f"{self.call} · {self.number}"

    def get_absolute_url(self) -> str:
        """The page of the session."""
        return reverse("programmes:session", args=[self.call.programme.code, self.call.code, self.number])

    @property
    def currency(self) -> str:
        """The currency of its call."""
        return self.call.currency

    @property
    def programme_id(self) -> int:
        """The programme of its call."""
        return self.call.programme_id

    @property
    def label(self) -> str:
        """What people call it."""
        return gettext("Session %(number)s · %(call)s") % {"number": self.number, "call": self.call.title}

    @property
    def deadline(self) -> datetime:
        """The last moment at which something can be sent to it: its cut-off and the grace of the call."""
        return self.cutoff_at + timedelta(minutes=self.call.grace_minutes)

    @transition(
        source="planned",
        target="screening",
        label=_("Start screening"),
        done=_("Screening started"),
        guards=[guards.call_takes_applications, guards.cut_off_is_reached],
        style="primary",
    )
    def start_screening(self, firing: Firing) -> None:
        pass

    @transition(
        source="screening",
        target="scoring",
        label=_("Start scoring"),
        done=_("Scoring started"),
        guards=[guards.cut_off_is_reached],
        style="primary",
    )
    def start_scoring(self, firing: Firing) -> None:
        pass

    @transition(
        source="scoring",
        target="deliberation",
        label=_("Start the deliberation"),
        done=_("Deliberation started"),
        style="primary",
    )
    def start_deliberation(self, firing: Firing) -> None:
        pass

    @transition(
        source="deliberation",
        target="announced",
        label=_("Announce the decisions"),
        done=_("Announced"),
        style="primary",
    )
    def announce(self, firing: Firing) -> None:
        self.announced_at = firing.at
        if self.appeal_until is None:
            self.appeal_until = firing.at + timedelta(days=self.call.appeal_days)

    @transition(
        source="announced",
        target="closed",
        label=_("Close the session"),
        done=_("Closed"),
        guards=[guards.appeal_window_is_over],
    )
    def close(self, firing: Firing) -> None:
        pass

    @transition(
        source=("planned", "screening"),
        target="cancelled",
        label=_("Cancel the session"),
        done=_("Cancelled"),
        reason=True,
        style="danger",
    )
    def cancel(self, firing: Firing) -> None:
        pass
