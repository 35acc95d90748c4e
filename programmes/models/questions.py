"""Questions about a call, and the answers that everybody reads: dated, ordered, corrected by new versions."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from programmes.localised import LANGUAGES, Localised, reading_order, written
from programmes.models.calls import Call
from programmes.querysets import QuestionQuerySet
from workflow.append_only import append_only


class CallQuestion(models.Model):
    """A question: as a visitor asked it, until somebody answers it for all or sets it aside.

    Nobody knows who asked. What was set aside is emptied: people write about themselves in such questions.
    """

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="questions", verbose_name=_("call"))
    asked = models.TextField(_("as it was asked"), blank=True)
    asked_in = models.CharField(_("language"), max_length=2, blank=True)
    asked_at = models.DateTimeField(_("asked on"), null=True, blank=True)
    set_aside_at = models.DateTimeField(_("set aside on"), null=True, blank=True)
    current = models.OneToOneField(
        "programmes.PublishedAnswer",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("answer"),
    )
    is_shown = models.BooleanField(_("shown"), default=False)
    sort = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question about a call")
        verbose_name_plural = _("questions about calls")
        ordering = ["call_id", "sort", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_shown=False) | Q(current__isnull=False), name="question_shown_is_answered"
            ),
            models.CheckConstraint(
                condition=Q(set_aside_at__isnull=True) | Q(asked="", is_shown=False),
                name="question_set_aside_is_empty",
            ),
        ]
        indexes = [models.Index(fields=["call", "is_shown"], name="question_by_call")]

    def __str__(self) -> str:
        return self.current.question if self.current else f"{self.call_id}.{self.pk}"

    @property
    def stream(self) -> str:
        """Its events are those of the call."""
        return self.call.stream

    @property
    def programme_id(self) -> int:
        """The programme of its call."""
        return self.call.programme_id


@append_only(unique=[("id",), ("of", "number")])
class PublishedAnswer(models.Model):
    """A question with its answer as they were published; a correction is the next one, the old one stays."""

    of = models.ForeignKey(CallQuestion, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    question_fr = models.TextField(_("question in French"), blank=True)
    question_en = models.TextField(_("question in English"), blank=True)
    question_ar = models.TextField(_("question in Arabic"), blank=True)
    question = Localised()
    answer_fr = models.TextField(_("answer in French"), blank=True)
    answer_en = models.TextField(_("answer in English"), blank=True)
    answer_ar = models.TextField(_("answer in Arabic"), blank=True)
    answer = Localised()
    published_at = models.DateTimeField(_("published on"))
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("published answer")
        verbose_name_plural = _("published answers")
        ordering = ["of_id", "number"]
        constraints = [
            written("question", "published_question_written"),
            written("answer", "published_answer_written"),
            models.UniqueConstraint(fields=["of", "number"], name="published_answer_numbered"),
        ]

    def __str__(self) -> str:
        return self.question

    @property
    def language(self) -> str:
        """The language in which it is read: the reader's own if both texts have it, else another."""
        both = [code for code in reading_order() if self.text("question", code) and self.text("answer", code)]
        return both[0] if both else LANGUAGES[0]

    def text(self, name: str, language: str) -> str:
        """Return the question or the answer in a language."""
        return str(getattr(self, f"{name}_{language}"))

    @property
    def shown(self) -> tuple[str, str, str]:
        """Language, question and answer as this reader gets them, both in one language where that is."""
        language = self.language
        question = self.text("question", language) or self.question
        return language, question, self.text("answer", language) or self.answer
