"""Visit forms become drafts that a manager works on; questions that versions added move into a section."""

from typing import Any

from django.db import migrations, models
from django.db.models import Q

TITLE = {"fr": "Questions du programme", "en": "Questions of the programme", "ar": "أسئلة البرنامج"}
KINDS = {"long": "long_text", "count": "number", "yes_no": "declaration"}


def gather(apps: Any, schema_editor: Any) -> None:
    """Put the list of questions of each version into one section, as the builder of forms has them."""
    versions = apps.get_model("followup", "VisitFormVersion")
    for version in versions.objects.using(schema_editor.connection.alias).all():
        questions = []
        for one in version.added:
            kind = one["kind"]
            question = {"key": one["name"], "kind": KINDS.get(kind, kind), "label": one["label"]}
            if one.get("must"):
                question["required"] = True
            if kind == "count":
                question["whole"] = True
            if one.get("choices"):
                question["choices"] = one["choices"]
            questions.append(question)
        if questions:
            version.definition = {"sections": [{"key": "programme", "title": TITLE, "questions": questions}]}
        version.frozen_at = version.made_at
        version.save(update_fields=["definition", "frozen_at"])


class Migration(migrations.Migration):
    dependencies = [("followup", "0006_doubts_and_told_alerts")]

    operations = [
        migrations.AddField(
            "visitformversion",
            "definition",
            models.JSONField(blank=True, default=dict, verbose_name="questions"),
        ),
        migrations.AddField(
            "visitformversion",
            "frozen_at",
            models.DateTimeField(blank=True, null=True, verbose_name="published on"),
        ),
        migrations.AddField(
            "visitformversion",
            "findings",
            models.JSONField(blank=True, default=list, verbose_name="not carried over"),
        ),
        migrations.AddField(
            "visitformversion",
            "file_name",
            models.CharField(blank=True, default="", max_length=200, verbose_name="file"),
            preserve_default=False,
        ),
        migrations.RunPython(gather, migrations.RunPython.noop),
        migrations.RemoveField("visitformversion", "added"),
        migrations.AddConstraint(
            "visitformversion",
            models.UniqueConstraint(
                condition=Q(("frozen_at__isnull", True)),
                fields=("programme",),
                name="followup_form_version_one_draft",
            ),
        ),
    ]
