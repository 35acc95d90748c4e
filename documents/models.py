"""Files that came in and papers that went out, with the constraints that keep both honest.

The bytes themselves lie in private storage (`documents.storage`); rows hold their random name and digest.
"""

import uuid
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from documents.kinds import reference
from documents.querysets import DocumentQuerySet, PaperQuerySet
from workflow.append_only import append_only


class Sensitivity(models.TextChoices):
    """How narrow the circle of readers is; the owner's package decides within it."""

    PUBLIC = "public", _("Public")
    INTERNAL = "internal", _("Internal")
    RESTRICTED = "restricted", _("Restricted")
    VAULT = "vault", _("Vault")


class Scan(models.TextChoices):
    """What the virus scanner said; `quarantined` means not asked yet, and is served to nobody."""

    CLEAN = "clean", _("Clean")
    QUARANTINED = "quarantined", _("Waiting for the virus scanner")


def digest_constraints(prefix: str) -> list[models.CheckConstraint]:
    """The constraints of every table whose rows describe stored bytes."""
    return [
        models.CheckConstraint(condition=Q(size__gt=0), name=f"{prefix}_size_positive"),
        models.CheckConstraint(condition=Exact(Length("sha256"), 64), name=f"{prefix}_sha256_length"),
    ]


class Document(models.Model):
    """One uploaded file: checked, written anew, private.

    owner is the record that the file belongs to; stream is the case whose timeline speaks of it.
    received_sha256 is the digest of the bytes as they came, for finding the same file handed in twice.
    withheld_at: hidden from everybody since then, such as photos after the consent was taken back.
    """

    uid = models.UUIDField(_("public reference"), default=uuid.uuid4, unique=True, editable=False)
    owner_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    owner_id = models.PositiveBigIntegerField()
    owner = GenericForeignKey("owner_type", "owner_id")
    stream = models.CharField(_("case"), max_length=80, blank=True, db_index=True)
    kind = models.CharField(_("kind"), max_length=60)
    name = models.CharField(_("name"), max_length=120)
    media_type = models.CharField(_("type"), max_length=100)
    stored_as = models.CharField(max_length=80, unique=True, editable=False)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("digest"), max_length=64, db_index=True)
    received_sha256 = models.CharField(_("digest as received"), max_length=64, db_index=True)
    width = models.PositiveIntegerField(_("width in pixels"), null=True)
    height = models.PositiveIntegerField(_("height in pixels"), null=True)
    pages = models.PositiveIntegerField(_("pages"), null=True)
    sensitivity = models.CharField(
        _("sensitivity"), max_length=12, choices=Sensitivity, default=Sensitivity.INTERNAL
    )
    juror_visible = models.BooleanField(_("jurors may see it"), default=False)
    scan = models.CharField(_("virus scan"), max_length=12, choices=Scan, default=Scan.CLEAN)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    uploaded_at = models.DateTimeField(_("received on"))
    erased_at = models.DateTimeField(_("erased on"), null=True)
    withheld_at = models.DateTimeField(_("hidden since"), null=True, editable=False)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        ordering = ["uploaded_at", "pk"]
        indexes = [models.Index(fields=["owner_type", "owner_id"], name="document_owner")]
        constraints = [
            *digest_constraints("document"),
            models.CheckConstraint(
                condition=Exact(Length("received_sha256"), 64), name="document_received_sha256_length"
            ),
            models.CheckConstraint(
                condition=Q(sensitivity__in=Sensitivity.values), name="document_sensitivity_known"
            ),
            models.CheckConstraint(condition=Q(scan__in=Scan.values), name="document_scan_known"),
            models.CheckConstraint(
                condition=~(Q(juror_visible=True) & Q(sensitivity=Sensitivity.VAULT)),
                name="document_vault_never_for_jurors",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_served(self) -> bool:
        """Whether there are bytes that somebody might be allowed to read."""
        return self.scan == Scan.CLEAN and self.erased_at is None and self.withheld_at is None

    @property
    def is_picture(self) -> bool:
        """Whether a page may show it as a picture."""
        return self.media_type.startswith("image/")

    @property
    def page_numbers(self) -> range:
        """The pages that can be looked at as pictures, from 1."""
        from documents.previews import pages_of

        return range(1, pages_of(self) + 1)

    @property
    def neutral_name(self) -> str:
        """A file name that says nothing about anybody."""
        return f"{self.kind}-{self.uid.hex[:8]}.{self.name.rpartition('.')[2]}"


class PaperCounter(models.Model):
    """The last number given per kind, scope and year; its row is locked while a paper is issued."""

    kind = models.CharField(max_length=60)
    scope = models.CharField(max_length=60, blank=True)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "scope", "year"], name="paper_counter_unique")]

    def __str__(self) -> str:
        return f"{self.kind} {self.scope} {self.year}: {self.last}"


@append_only(unique=[("id",), ("uid",), ("code",), ("kind", "scope", "year", "number")])
class Paper(models.Model):
    """One numbered paper. Never changed: a correction is a new paper that supersedes this one.

    scope is the programme (or whatever numbers are counted within), code the secret of the public
    verification page, content_sha256 the digest of what the paper says, printed on it.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=60)
    scope = models.CharField(_("scope"), max_length=60, blank=True)
    year = models.PositiveSmallIntegerField(_("year"))
    number = models.PositiveIntegerField(_("number"))
    code = models.CharField(_("verification code"), max_length=16, unique=True)
    title = models.CharField(_("title"), max_length=200)
    language = models.CharField(_("language"), max_length=8)
    sensitivity = models.CharField(
        _("sensitivity"), max_length=12, choices=Sensitivity, default=Sensitivity.INTERNAL
    )
    content_sha256 = models.CharField(_("content digest"), max_length=64)
    stream = models.CharField(_("case"), max_length=80, blank=True, db_index=True)
    subject_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    subject_id = models.PositiveBigIntegerField()
    subject = GenericForeignKey("subject_type", "subject_id")
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    issued_at = models.DateTimeField(_("issued on"))
    supersedes = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        related_name="superseded_by",
        verbose_name=_("supersedes"),
    )

    objects = PaperQuerySet.as_manager()

    class Meta:
        verbose_name = _("paper")
        verbose_name_plural = _("papers")
        ordering = ["issued_at", "pk"]
        indexes = [models.Index(fields=["subject_type", "subject_id"], name="paper_subject")]
        constraints = [
            models.UniqueConstraint(fields=["kind", "scope", "year", "number"], name="paper_number_unique"),
            models.CheckConstraint(condition=Q(number__gt=0), name="paper_number_positive"),
            models.CheckConstraint(
                condition=Exact(Length("content_sha256"), 64), name="paper_content_sha256_length"
            ),
            models.CheckConstraint(
                condition=Q(sensitivity__in=Sensitivity.values), name="paper_sensitivity_known"
            ),
            models.CheckConstraint(
                condition=Q(supersedes=None) | ~Q(supersedes=F("id")), name="paper_not_its_own_successor"
            ),
        ]

    juror_visible = False

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """The number as printed, for instance OP-2026-0061."""
        return reference(self.kind, self.year, self.number)

    @property
    def owner(self) -> Any:
        """The record that decides who may read it, under the same name as for files."""
        return self.subject

    @property
    def is_served(self) -> bool:
        """Whether its bytes still exist."""
        return not hasattr(self, "erasure")

    @property
    def successor(self) -> "Paper | None":
        """The paper that replaces this one, None while it is valid."""
        return getattr(self, "superseded_by", None)


@append_only(unique=[("id",), ("paper", "number"), ("stored_as",)])
class PaperCopy(models.Model):
    """The bytes of a paper: number 0 is the original, n is "DUPLICATA n". Stored once, served for ever."""

    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="copies")
    number = models.PositiveSmallIntegerField()
    stored_as = models.CharField(max_length=80, unique=True, editable=False)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    printed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    printed_at = models.DateTimeField()

    class Meta:
        ordering = ["paper_id", "number"]
        constraints = [
            *digest_constraints("paper_copy"),
            models.UniqueConstraint(fields=["paper", "number"], name="paper_copy_number_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.paper} / {self.number}"


class PaperErasure(models.Model):
    """A paper whose bytes were erased with the identity in them; number, dates and digests stay."""

    paper = models.OneToOneField(Paper, on_delete=models.PROTECT, related_name="erasure")
    erased_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.paper)
