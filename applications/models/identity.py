"""The identity vault: everything by which a person could be found, encrypted, apart from everything else."""

import uuid
from typing import Any, ClassVar

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from applications.models.people import DocumentKind
from applications.vault import SealedField, blind, fold, name_tokens
from workflow import display


class IdentityQuerySet(models.QuerySet[Any]):
    """Rows of the vault. There is no list of them: nobody browses identities."""

    def file(self, identities: list[Any], batch_size: int = 500) -> None:
        """Insert many rows with their blind indexes, for loaders."""
        for identity in identities:
            identity.index()
        self.bulk_create(identities, batch_size=batch_size)
        NameToken.objects.bulk_create(
            [
                NameToken(identity_id=identity.pk, token=token)
                for identity in identities
                for token in identity.tokens_wanted()
            ],
            batch_size=batch_size,
        )


class Identity(models.Model):
    """The vault row of one person. Opening it for anybody but the person leaves a `Reveal`.

    An erased one is empty and stays so: who comes again is a new person.
    """

    SEALED: ClassVar = (
        "latin_name",
        "arabic_name",
        "birth_date",
        "document_kind",
        "document_number",
        "phone",
        "address",
    )

    vault_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.OneToOneField("applications.Person", on_delete=models.PROTECT, related_name="identity")
    latin_name = SealedField(_("name in Latin letters"), blank=True, default="")
    arabic_name = SealedField(_("name in Arabic letters"), blank=True, default="")
    birth_date = SealedField(_("date or year of birth"), blank=True, default="")
    document_kind = SealedField(_("kind of identity document"), blank=True, default="")
    document_number = SealedField(_("number of the identity document"), blank=True, default="")
    phone = SealedField(_("phone"), blank=True, default="")
    address = SealedField(_("address"), blank=True, default="")
    document_index = models.CharField(max_length=32, blank=True, db_index=True, editable=False)
    phone_index = models.CharField(max_length=32, blank=True, db_index=True, editable=False)
    revision = models.PositiveIntegerField(default=0, editable=False)
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = IdentityQuerySet.as_manager()

    class Meta:
        verbose_name = _("identity")
        verbose_name_plural = _("identities")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(erased_at__isnull=True)
                | models.Q(
                    latin_name="",
                    arabic_name="",
                    birth_date="",
                    document_kind="",
                    document_number="",
                    phone="",
                    address="",
                    document_index="",
                    phone_index="",
                ),
                name="identity_erased_is_empty",
            ),
        ]

    def __str__(self) -> str:
        return str(self.person)

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the blind indexes in step with the values."""
        self.index()
        super().save(*args, **kwargs)
        names = self.tokens_wanted()
        NameToken.objects.filter(identity=self).exclude(token__in=names).delete()
        NameToken.objects.bulk_create(
            [NameToken(identity=self, token=token) for token in names], ignore_conflicts=True
        )

    def tokens_wanted(self) -> list[str]:
        """Return the blind indexes of the words of both names."""
        return name_tokens([self.latin_name, self.arabic_name])

    def index(self) -> None:
        """Compute the blind indexes of document and phone."""
        document, phone = fold(self.document_number).replace(" ", ""), fold(self.phone).replace(" ", "")
        self.document_index = blind(document, "document") if document else ""
        self.phone_index = blind(phone[-9:], "phone") if phone else ""

    @property
    def name(self) -> str:
        """The name in the reader's script, else in the other one."""
        names = (self.latin_name, self.arabic_name)
        first, second = reversed(names) if display.language() == "ar" else names
        return first or second

    @property
    def document_kind_label(self) -> str:
        """The kind of identity document in words; as it was written where it is none of ours."""
        return str(dict(DocumentKind.choices).get(self.document_kind, self.document_kind))

    @property
    def values(self) -> list[str]:
        """Every plain value that must not appear anywhere else; for redaction and canary tests."""
        return [
            value
            for value in (
                self.latin_name,
                self.arabic_name,
                self.document_number,
                self.phone,
                self.address,
            )
            if value
        ]


class NameToken(models.Model):
    """The blind index of one folded word of a name."""

    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="tokens")
    token = models.CharField(max_length=32, db_index=True)

    class Meta:
        verbose_name = _("name token")
        verbose_name_plural = _("name tokens")
        constraints = [
            models.UniqueConstraint(fields=["identity", "token"], name="identity_name_token_once"),
        ]

    def __str__(self) -> str:
        return str(self.identity_id)
