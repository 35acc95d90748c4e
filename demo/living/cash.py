"""Cash and the donor of the living programme: a list in a coach's hand, the fund's first instalments."""

from datetime import timedelta

from demo.living import money
from demo.living.stage import Stage
from disbursements import cash, donor_money, payees
from disbursements.models import CashAdvance, Grant, PayingAccount
from programmes.money import split


def pay_by_hand(stage: Stage, grants: list[Grant], account: PayingAccount) -> CashAdvance:
    """Issued orders in cash, handed to the first coach this morning: the first one is signed for."""
    for grant in grants:
        used = grant.destinations.verified().get()
        hand = payees.enter_destination(
            grant, actor=stage.staff["preparer"], at=stage.at(-9), channel="cash", holder=used.holder
        )
        words = {"told_by": "phone", "reason": "Pas de réseau sur place : payé en espèces."}
        stage.fire(used, "retire", "preparer", stage.at(-9, 11), **words)
        stage.fire(hand, "verify", "approver", stage.at(-9, 12), evidence="in_person")
        money.go(stage, grant, 1, stage.at(-4, 10), "export")
    coach = stage.staff.coaches[0]
    made = cash.open_list(
        account,
        coach,
        place="Maison de l’artisan, Khémisset",
        pays_on=stage.day(0),
        actor=stage.staff["preparer"],
        at=stage.at(-1, 14),
    )
    cash.add(made, list(cash.candidates(made).values_list("pk", flat=True)))
    stage.fire(made, "hand_out", "releaser", stage.at(-1, 16))
    stage.fire(made, "take", coach, stage.at(-1, 17))
    sheet = stage.photo(made, "cash_sheet", coach, stage.at(-1, 18), "Feuille d’émargement", made.number)
    line = made.live_lines()[0]
    cash.sign(made, {line.pk: cash.Signed("signature")}, sheet, actor=coach, at=stage.at(-1, 18))
    return made


def donors(stage: Stage) -> None:
    """The fund pays in three instalments: one is asked for, the next ones are planned."""
    given = stage.programme.contributions.order_by("sort", "pk")[0]
    manager = stage.staff["manager"]
    thirds = split(given.amount_minor or 3, [1, 1, 1])
    made = [
        donor_money.plan(
            given, third, stage.day(-20) + timedelta(days=180 * place), actor=manager, at=stage.at(-120)
        )
        for place, third in enumerate(thirds)
    ]
    at = stage.at(-15)
    letter = stage.photo(made[0], "donor_request", manager, at, "Appel de fonds n° 1", given.donor.name_fr)
    asked = {"requested_on": at.date().isoformat(), "reference": "AF-2026-01", "file": letter.pk}
    stage.fire(made[0], "request", "manager", at, **asked)
