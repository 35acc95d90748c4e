"""A cloned call gets the forms and the eligibility rules of the old one, open to changes again."""

from collections.abc import Mapping

from applications.form_versions import newest
from applications.models import EligibilityRule, FormVersion, Stage
from programmes.models import Call, Track


def copy_forms(old: Call, new: Call, tracks: Mapping[int, Track]) -> None:
    """Copy the newest version of each form, a draft that is not published yet included, as a first draft."""
    for stage in Stage.values:
        version = newest(old, stage)
        if version is not None:
            FormVersion.objects.create(call=new, stage=stage, definition=version.definition)


def copy_rules(old: Call, new: Call, tracks: Mapping[int, Track]) -> None:
    """Copy the eligibility rules in their order."""
    for rule in EligibilityRule.objects.filter(call=old):
        rule.pk, rule.call = None, new
        rule._state.adding = True
        rule.save()
