"""The seven programme records, one module a programme; figures and their marks follow the design page."""

from demo.plan import ProgrammePlan
from demo.programmes import (
    lby_mtq2,
    mar_ajee,
    mar_ref_2018,
    mli_801,
    mli_803,
    mli_jpn_2016,
    mli_pbf,
)


def all_plans() -> list[ProgrammePlan]:
    """Return the seven plans; parents come before their components."""
    return [
        mar_ref_2018.plan(),
        lby_mtq2.plan(),
        mli_801.plan(),
        mli_803.plan(),
        mli_jpn_2016.plan(),
        mli_pbf.plan(),
        mar_ajee.plan(),
    ]
