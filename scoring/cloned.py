"""A cloned call gets the grids and quotas of the old one, open to changes again."""

from collections.abc import Mapping

from programmes.models import Call, Track
from scoring.models import Grid, Quota


def copy_quotas(old: Call, new: Call, tracks: Mapping[int, Track]) -> None:
    """Copy the goals to the new draft; sites and tracks have the same codes there."""
    for quota in Quota.objects.filter(call=old):
        quota.pk, quota.call = None, new
        quota._state.adding = True
        quota.save()


def copy_grids(old: Call, new: Call, tracks: Mapping[int, Track]) -> None:
    """Copy grids with sections and criteria to the new draft."""
    for grid in Grid.objects.current().filter(call=old).whole().order_by("number"):
        sections, criteria = list(grid.sections.all()), list(grid.criteria.all())
        grid.pk, grid.call = None, new
        grid.frozen, grid.frozen_at, grid.version, grid.amends = False, None, 1, None
        grid.because_fr = grid.because_en = grid.because_ar = ""
        grid._state.adding = True
        grid.save()
        copies = {None: None}
        for section in sections:
            before = section.pk
            section.pk, section.grid, section.frozen = None, grid, False
            section._state.adding = True
            section.save()
            copies[before] = section  # type: ignore[index,assignment]
        for line in criteria:
            line.section = copies[line.section_id]  # type: ignore[index]
            line.pk, line.grid, line.frozen = None, grid, False
            line._state.adding = True
            line.save()
