"""From where money goes out, and in which form a bank or operator takes payments."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from disbursements.bank_files import pain, templates
from disbursements.models.payees import Channel
from disbursements.querysets import ProgrammeOwnedQuerySet

FILED_CHANNELS = (Channel.BANK, Channel.MOBILE)
"""Channels whose payments can go out in a file."""


class FileFormat(models.TextChoices):
    """In which form a bank or operator takes payments."""

    PAIN_09 = pain.V09, _("ISO 20022, pain.001.001.09")
    PAIN_03 = pain.V03, _("ISO 20022, pain.001.001.03")
    TABLE = "table", _("Table after a template")


class FileTemplate(models.Model):
    """The table that one bank or operator asks for, declared on screen.

    definition: the stored form of `bank_files.templates.Template`.
    """

    programme = models.ForeignKey(
        "programmes.Programme", on_delete=models.PROTECT, related_name="file_templates"
    )
    name = models.CharField(_("name"), max_length=100)
    definition = models.JSONField(default=dict)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    objects = ProgrammeOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("file template")
        verbose_name_plural = _("file templates")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "name"], name="disbursements_file_template_once"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The page on which it is changed."""
        return reverse("disbursements:file_template", args=[self.pk])

    @property
    def template(self) -> templates.Template:
        """The template as a value."""
        return templates.Template.of(self.definition)


class PayingAccount(models.Model):
    """An account or wallet of the programme, from which batches are paid and of which statements come.

    statement_columns: what the columns of its CSV statements mean (`statements/tables.py`).
    """

    programme = models.ForeignKey(
        "programmes.Programme", on_delete=models.PROTECT, related_name="paying_accounts"
    )
    name = models.CharField(_("name"), max_length=100)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices, default=Channel.BANK)
    currency = models.CharField(_("currency"), max_length=3)
    holder = models.CharField(_("holder"), max_length=140)
    number = models.CharField(_("account number, IBAN or telephone number"), max_length=40)
    bic = models.CharField(_("BIC"), max_length=11, blank=True)
    institution = models.CharField(_("bank or operator"), max_length=120)
    town = models.CharField(_("town"), max_length=100, blank=True)
    country = models.CharField(_("country"), max_length=2)
    file_format = models.CharField(
        _("format of payment files"), max_length=20, choices=FileFormat.choices, default=FileFormat.PAIN_09
    )
    template = models.ForeignKey(
        FileTemplate,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="accounts",
        verbose_name=_("template"),
    )
    statement_columns = models.JSONField(default=dict, blank=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    objects = ProgrammeOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("paying account")
        verbose_name_plural = _("paying accounts")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "number", "currency"],
                name="disbursements_paying_account_once",
                violation_error_message=_("This account is in the list already."),
            ),
            models.CheckConstraint(
                condition=Q(channel__in=[Channel.BANK, Channel.MOBILE]),
                name="disbursements_paying_account_channel",
            ),
            models.CheckConstraint(
                condition=~Q(file_format=FileFormat.TABLE) | Q(template__isnull=False),
                name="disbursements_paying_account_table_has_template",
            ),
            models.CheckConstraint(
                condition=Q(file_format=FileFormat.TABLE) | Q(channel=Channel.BANK),
                name="disbursements_paying_account_iso_is_for_banks",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.currency})"

    def get_absolute_url(self) -> str:
        """The account's page."""
        return reverse("disbursements:edit_paying_account", args=[self.pk])

    @property
    def masked(self) -> str:
        """The number with its last digits."""
        from disbursements.accounts_check import masked

        return masked(self.number)

    @property
    def row_cap(self) -> int | None:
        """The most payments that one file may have, None without a limit."""
        if self.file_format == FileFormat.TABLE and self.template is not None:
            return self.template.template.row_cap
        return None
