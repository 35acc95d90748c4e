"""Form versions of a call, and the answers given to them. An answer points at the version it answered.

A version is a draft until it is published with its call, or later by itself; from then on nobody changes it,
not even in the database. How versions follow each other is in `applications/form_versions.py`.
"""

import json
import secrets
import uuid
from collections.abc import Iterable
from datetime import datetime
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from applications.form_definition import VAULT, Form, read
from applications.vault import SealedField
from workflow import chain
from workflow.append_only import append_only


class Stage(models.TextChoices):
    """The two forms of a call."""

    IDEA = "idea", _("Idea")
    PLAN = "plan", _("Plan")


@append_only(unique=[("id",), ("call", "stage", "version")], when="OLD.frozen_at IS NOT NULL")
class FormVersion(models.Model):
    """One version of a call's form; frozen at publication, kept for ever."""

    call = models.ForeignKey("programmes.Call", on_delete=models.PROTECT, related_name="form_versions")
    stage = models.CharField(_("form"), max_length=4, choices=Stage.choices)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    definition = models.JSONField(_("questions"))
    frozen_at = models.DateTimeField(_("published on"), null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("form version")
        verbose_name_plural = _("form versions")
        constraints = [
            models.UniqueConstraint(fields=["call", "stage", "version"], name="form_version_once"),
            models.UniqueConstraint(
                fields=["call", "stage"],
                condition=Q(frozen_at__isnull=True),
                name="form_version_one_draft",
            ),
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="form_version_stage_known"),
        ]

    def __str__(self) -> str:
        return f"{self.call_id} {self.stage} {self.version}"

    @property
    def programme_id(self) -> int:
        """The programme of its call."""
        return self.call.programme_id

    @property
    def is_draft(self) -> bool:
        """Whether it can still be changed."""
        return self.frozen_at is None

    @cached_property
    def form(self) -> Form:
        """The definition, read."""
        return read(self.definition)


def newest_of_each_stage(sent: "Iterable[AnswerSet]") -> "list[AnswerSet]":
    """Return the newest of some answers for each stage, idea before plan."""
    newest: dict[str, AnswerSet] = {}
    for given in sorted(sent, key=lambda one: (one.form_version.version, one.number)):
        newest[given.form_version.stage] = given
    return [newest[stage] for stage in Stage.values if stage in newest]


def current_form(call: Any, stage: str) -> FormVersion | None:
    """Return the version that people fill in: the newest published one; the newest of all in a draft call."""
    versions: Any = call.form_versions
    rows = versions.filter(stage=stage).order_by("-version")
    found: FormVersion | None = (
        rows if call.state == "draft" else rows.filter(frozen_at__isnull=False)
    ).first()
    return found


class FormImport(models.Model):
    """A form read from a file, kept until a manager takes it as the draft or drops it; its account stays.

    definition: empty once it was taken, the version has it. findings: what became of each row of the file, as
    `applications/xlsform/carrying.py` reports it. taken_as: number of the version whose draft it became.
    """

    call = models.ForeignKey("programmes.Call", on_delete=models.CASCADE, related_name="form_imports")
    stage = models.CharField(_("form"), max_length=4, choices=Stage.choices)
    definition = models.JSONField(_("questions"))
    findings = models.JSONField(_("not carried over"), default=list)
    file_name = models.CharField(_("file"), max_length=200)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(_("uploaded on"))
    taken_at = models.DateTimeField(_("taken over on"), null=True, blank=True)
    taken_as = models.PositiveSmallIntegerField(_("version"), null=True, blank=True)

    class Meta:
        verbose_name = _("form import")
        verbose_name_plural = _("form imports")
        ordering = ["-uploaded_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["call", "stage"],
                condition=Q(taken_at__isnull=True),
                name="form_import_one_at_a_time",
            ),
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="form_import_stage_known"),
        ]

    def __str__(self) -> str:
        return f"{self.call_id} {self.stage} {self.file_name}"

    def get_absolute_url(self) -> str:
        """The page that shows what becomes of each row."""
        return reverse(
            "applications:form_import",
            args=[self.call.programme.code, self.call.code, self.stage, self.pk],
        )

    @property
    def programme_id(self) -> int:
        """The programme of its call."""
        return self.call.programme_id


def new_salt() -> str:
    """Return the salt of an answer set's digest."""
    return secrets.token_hex(16)


class AnswerSet(models.Model):
    """The answers of one application to one form version; frozen when they are sent.

    What was sent is never changed: a missing piece is answered in a further set (`number`), a copy in which
    only the questions asked may change. Answers to questions of sensitivity "vault" are sealed. `writers`
    holds which page sent an answer last, by question: see `applications/drafting.py`. Of an erased person's
    answers the words and the salt go; what statistics count stays.
    """

    application = models.ForeignKey(
        "applications.Application", on_delete=models.PROTECT, related_name="answer_sets"
    )
    form_version = models.ForeignKey(FormVersion, on_delete=models.PROTECT, related_name="answer_sets")
    number = models.PositiveSmallIntegerField(default=1)
    answers = models.JSONField(_("answers"), default=dict, blank=True)
    vault_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sealed = SealedField(_("sealed answers"), blank=True, default="")
    revision = models.PositiveIntegerField(default=0)
    writers = models.JSONField(default=dict, blank=True)
    salt = models.CharField(max_length=32, default=new_salt, editable=False)
    saved_at = models.DateTimeField(_("saved at"), null=True, blank=True)
    frozen_at = models.DateTimeField(_("frozen on"), null=True, blank=True)
    erased_at = models.DateTimeField(_("erased on"), null=True, blank=True, editable=False)
    superseded_by = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="supersedes", editable=False
    )

    class Meta:
        verbose_name = _("answers")
        verbose_name_plural = _("answers")
        constraints = [
            models.UniqueConstraint(
                fields=["application", "form_version", "number"], name="answers_numbered_per_form_version"
            ),
            models.UniqueConstraint(
                fields=["application", "form_version"],
                condition=Q(frozen_at__isnull=True),
                name="answers_one_open_per_form_version",
            ),
            models.CheckConstraint(
                condition=Q(frozen_at__isnull=True) | Q(saved_at__isnull=False),
                name="answers_saved_before_frozen",
            ),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True) | Q(sealed="", salt=""), name="answers_erased_are_empty"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.form_version_id}.{self.number}"

    @property
    def form(self) -> Form:
        """The form that is answered."""
        return self.form_version.form

    @property
    def complete(self) -> dict[str, Any]:
        """All answers, those of the vault opened: for the applicant, and to see whether one is missing."""
        return {**self.answers, **(json.loads(self.sealed) if self.sealed else {})}

    def put(self, given: dict[str, Any]) -> None:
        """Take over the answers to some questions, each where its sensitivity wants it; not saved yet."""
        changed = {**self.complete, **given}
        hidden = {question.key for question in self.form.questions() if question.sensitivity == VAULT}
        self.answers = {key: value for key, value in changed.items() if key not in hidden}
        kept = {key: value for key, value in changed.items() if key in hidden}
        self.sealed = json.dumps(kept, ensure_ascii=False) if kept else ""

    def take_over(self, other: "AnswerSet") -> None:
        """Become what another instance of the same row says after a save."""
        for name in ("answers", "sealed", "revision", "writers", "saved_at"):
            self.__dict__[name] = other.__dict__[name]

    @property
    def digest(self) -> str:
        """The salted digest of all answers: what the event of sending keeps of them."""
        return chain.digest([self.salt, self.complete])

    def freeze(self, at: datetime) -> None:
        """Close the answers for ever."""
        self.frozen_at = at
        self.saved_at = self.saved_at or at
        self.save(update_fields=["frozen_at", "saved_at"])

    def reopened(self, at: datetime) -> "AnswerSet":
        """Return a further set with the same answers, open: for the questions asked again."""
        copy = AnswerSet(
            application=self.application,
            form_version=self.form_version,
            number=self.number + 1,
            saved_at=at,
        )
        copy.put(self.complete)
        copy.save(force_insert=True)
        return copy
