"""Forms of grids, their sections and criteria, as long as the call is a draft."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programmes.forms.fields import SetUpForm
from programmes.localised import LANGUAGES, columns
from scoring.grid_templates import TEMPLATES
from scoring.models import Criterion, Grid, Section
from workflow import display

BLANK = "blank"


class TemplateForm(forms.Form):
    """Chooses the grid to begin with."""

    template = forms.ChoiceField(label=gettext_lazy("Begin with"), choices=())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = display.language()
        known = [(key, template.title.get(language, "")) for key, template in TEMPLATES.items()]
        field: Any = self.fields["template"]
        field.choices = [*known, (BLANK, _("An empty grid"))]


class GridForm(SetUpForm):
    """What a grid is called and how it counts."""

    given = ("call",)

    class Meta:
        model = Grid
        fields = [
            *columns("title"),
            "number",
            "stage",
            "kind",
            "share",
            "pass_mark",
            "jurors",
            "drop_extremes",
            "gate_rule",
        ]


class AmendmentForm(SetUpForm):
    """What an amendment changes in how a published grid counts, and why."""

    given = ("call", "number", "stage", "kind", "version", "amends")

    class Meta:
        model = Grid
        fields = [
            *columns("because"),
            *columns("title"),
            "share",
            "pass_mark",
            "jurors",
            "drop_extremes",
            "gate_rule",
        ]


class SectionForm(SetUpForm):
    """A group of criteria."""

    given = ("grid", "key")

    class Meta:
        model = Section
        fields = [*columns("title"), "sort", "threshold"]

    def __init__(self, *args: Any, grid: Grid, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.grid = grid

    def clean(self) -> dict[str, Any]:
        """Give a new section its code."""
        data = super().clean() or {}
        if not self.instance.key:
            self.instance.key = free_key(data, self.instance.grid.sections.values_list("key", flat=True))
        return data


class CriterionForm(SetUpForm):
    """One line of a grid. Meanings of marks are written one a line: `4: shown by facts`."""

    given = ("grid", "key")

    comment_at = forms.CharField(
        label=gettext_lazy("Comment required for"),
        required=False,
        help_text=gettext_lazy("Marks apart by commas, such as 0, 1, 5."),
    )

    class Meta:
        model = Criterion
        fields = [
            *columns("title"),
            "section",
            "sort",
            "gate",
            "points",
            "low",
            "high",
            "step",
            "threshold",
            "tie_order",
            *columns("help"),
        ]

    def __init__(self, *args: Any, grid: Grid, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.grid = grid
        sections: Any = self.fields["section"]
        sections.queryset = grid.sections.all()
        self.initial["comment_at"] = ", ".join(self.instance.comment_at)
        for language in LANGUAGES:
            self.fields[f"anchors_{language}"] = forms.CharField(
                label=_anchors_label(language),
                required=False,
                help_text=_("One mark a line, such as “4: shown by facts”."),
                widget=forms.Textarea(
                    attrs={"rows": 4, "lang": language, "dir": "rtl" if language == "ar" else "ltr"}
                ),
            )
            self.initial[f"anchors_{language}"] = "\n".join(
                f"{mark}: {texts[language]}"
                for mark, texts in sorted(self.instance.anchors.items(), key=lambda item: Decimal(item[0]))
                if texts.get(language)
            )

    def clean_comment_at(self) -> list[str]:
        """Return the marks as decimal strings."""
        return [spelled(text) for text in self.cleaned_data["comment_at"].split(",") if text.strip()]

    def clean(self) -> dict[str, Any]:
        """Read the meanings of marks; a gate has neither points nor a scale of its own."""
        data = super().clean() or {}
        if data.get("gate"):
            data.update(points=Decimal(0), low=Decimal(0), high=Decimal(1), step=Decimal(1), threshold=None)
        anchors: dict[str, dict[str, str]] = {}
        for language in LANGUAGES:
            try:
                for mark, text in read_anchors(data.get(f"anchors_{language}", "")).items():
                    anchors.setdefault(mark, {})[language] = text
            except forms.ValidationError as error:
                self.add_error(f"anchors_{language}", error)
        self.instance.anchors = anchors
        self.instance.comment_at = data.get("comment_at", [])
        if not self.instance.key:
            self.instance.key = free_key(data, self.instance.grid.criteria.values_list("key", flat=True))
        return data


def read_anchors(text: str) -> dict[str, str]:
    """Return the meanings of marks written one a line as "mark: meaning"; raises ValidationError."""
    found = {}
    for line in filter(str.strip, text.splitlines()):
        mark, colon, meaning = line.partition(":")
        if not colon or not meaning.strip():
            raise forms.ValidationError(
                _("“%(line)s”: write the mark, a colon and its meaning.") % {"line": line}
            )
        found[spelled(mark)] = meaning.strip()
    return found


def spelled(text: str) -> str:
    """Return a mark as it is stored: "4", "2.5"; raises ValidationError."""
    try:
        return f"{Decimal(text.strip().replace(',', '.')).normalize():f}"
    except InvalidOperation:
        raise forms.ValidationError(_("“%(text)s” is no mark.") % {"text": text.strip()}) from None


def free_key(data: Mapping[str, Any], taken: Any) -> str:
    """Return a code made of a title that no row of the grid has yet."""
    known = set(taken)
    title = data.get("title_en") or data.get("title_fr") or ""
    base = slugify(title)[:30] or "line"
    key, number = base, 2
    while key in known:
        key, number = f"{base}-{number}", number + 1
    return key


def _anchors_label(language: str) -> str:
    return {
        "fr": _("What the marks mean, in French"),
        "en": _("What the marks mean, in English"),
        "ar": _("What the marks mean, in Arabic"),
    }[language]
