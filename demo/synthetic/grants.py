"""Synthetic grants: every awarded case has one, each stopped at another desk of the finance office."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from demo.loading.grants import instruction_digest
from demo.loading.moments import after
from demo.synthetic.cases import MadeCase
from demo.synthetic.scene import CURRENCY, Scene
from disbursements import bookings, shares
from disbursements.accounts_check import fingerprint_of, masked
from disbursements.drafting import amounts_of, reference_for
from disbursements.journal import Entry, Line, LineRef
from disbursements.journal_history import load_postings
from disbursements.models import (
    Agreement,
    BudgetLine,
    Condition,
    Destination,
    Grant,
    Instruction,
    OrderEvidence,
    OrderSignature,
    PaymentOrder,
    Tranche,
    TrancheShare,
)
from disbursements.terms import digest, terms_of
from workflow import Fact, History, System

BATCH = 500
STOPS = (
    "draft", "offered", "signed", "papers", "verified", "approved", "ordered", "submitted",
    "order_approved", "released", "exported", "executed", "second_papers", "second_verified", "finished",
)  # fmt: skip
"""Where grants stop, in turn; a grant has been through everything before its stop."""
SIGNED_STEPS = {"submit": "prepare", "approve": "approve", "release": "release", "execute": "reconcile"}
OFFERED_DAY = -120


@dataclass
class Instalment:
    """One instalment with its order and account of what happened to both."""

    tranche: Tranche
    order: PaymentOrder | None = None
    facts: list[Fact] = field(default_factory=list)
    order_facts: list[Fact] = field(default_factory=list)


@dataclass
class MadeGrant:
    """One synthetic grant while it is being loaded."""

    item: MadeCase
    grant: Grant
    stop: int
    account: Destination
    facts: list[Fact] = field(default_factory=list)
    instalments: list[Instalment] = field(default_factory=list)

    def passed(self, stop: str) -> bool:
        """Whether it has come as far as a stop."""
        return self.stop >= STOPS.index(stop)

    @property
    def paid_on(self) -> datetime | None:
        """When the first instalment was executed."""
        return next((fact.at for fact in self.instalments[0].order_facts if fact.verb == "execute"), None)


def open_envelope(scene: Scene) -> None:
    """Book the envelope of the call, as its publication would have."""
    weights = shares.fix_weights(scene.call)
    lines = bookings.envelope_lines(
        scene.programme.pk, scene.call.pk, scene.call.envelope_minor or 0, weights
    )
    entry = _entry(scene, scene.call, "publish", scene.at(-395))
    load_postings([(entry, lines)], recorded_at=scene.now)


def make(scene: Scene, awarded: Sequence[MadeCase]) -> list[MadeGrant]:
    """Make the grants of awarded cases, not saved yet."""
    return [_grant(scene, item) for item in awarded]


def histories(made: Sequence[MadeGrant]) -> list[History]:
    """Return the pasts of grants, accounts, instalments and orders, parents first."""
    instalments = [one for grant in made for one in grant.instalments]
    entered = [one for one in made if one.passed("signed")]
    return [
        *(History(one.grant, one.facts) for one in made),
        *(History(one.account, _verified(one)) for one in entered),
        *(History(one.tranche, one.facts) for one in instalments),
        *(History(one.order, one.order_facts) for one in instalments if one.order),
    ]


def _grant(scene: Scene, item: MadeCase) -> MadeGrant:
    offered = scene.at(OFFERED_DAY, 9)
    signed, activated = after(offered, 4, hour=11), after(offered, 7, hour=9)
    application = item.application
    grant = Grant(
        programme=scene.programme,
        case=application.case,
        application=application,
        track=application.track,
        reference=reference_for(application.case.number, 1),
        currency=CURRENCY,
        amount_minor=application.awarded_minor,
    )
    # every second awarded case is `item.place` even: places count both outcomes
    one = MadeGrant(item, grant, item.place // 2 % len(STOPS), _account(scene, grant, after(signed, 1)))
    manager, preparer = scene.staff["manager"], scene.staff["preparer"]
    if one.passed("offered"):
        grant.offer_until = after(offered, 30).date()
        one.facts.append(Fact("offer", offered, manager, {"offer_until": str(grant.offer_until)}))
    if one.passed("signed"):
        grant.signed_on = signed.date()
        signature = {
            "method": "archived",
            "archive_reference": _archived(grant),
            "signed_on": signed.date().isoformat(),
        }
        one.facts.append(Fact("sign", signed, preparer, signature))
    if one.passed("papers"):
        one.facts.append(Fact("activate", activated, manager))
    amounts = amounts_of(application.awarded_minor or 0, scene.instalments)
    one.instalments = [
        Instalment(
            Tranche(
                grant=grant,
                number=row.number,
                share_percent=row.share_percent,
                amount_minor=amount,
                payment_mode=row.payment_mode,
                needs_receipts=row.needs_receipts,
            )
        )
        for row, amount in zip(scene.instalments, amounts, strict=True)
    ]
    _first(scene, one, activated)
    _second(scene, one)
    return one


def _account(scene: Scene, grant: Grant, entered: datetime) -> Destination:
    account = Destination(
        programme=scene.programme,
        grant=grant,
        channel="mobile",
        holder=f"Titulaire {grant.case.number}",
        number=f"+000{grant.case.serial:09}",
        institution="Portefeuille synthétique",
        country="MA",
        town="Rabat",
        entered_by=scene.staff["preparer"],
        entered_at=entered,
        verified_by=scene.staff["approver"],
        verified_at=after(entered, 1),
        evidence="in_person",
    )
    account.masked = masked(account.number)
    account.fingerprint = fingerprint_of(account)
    return account


def _verified(one: MadeGrant) -> list[Fact]:
    account = one.account
    return [
        Fact(
            "verify",
            account.verified_at or account.entered_at,
            account.verified_by,  # type: ignore[arg-type]  # made with its actor
            {"evidence": "in_person"},
        )
    ]


def _archived(grant: Grant) -> str:
    return f"ARCH-{grant.reference}"


def _first(scene: Scene, one: MadeGrant, activated: datetime) -> None:
    if not one.passed("papers"):
        return
    steps = ("papers", "verified", "approved", "ordered", "submitted", "order_approved", "released",
             "exported", "executed")  # fmt: skip
    reached = sum(one.passed(step) for step in steps)
    _steps(scene, one, one.instalments[0], System("grant.activate"), activated, after(activated, 2), reached)
    if one.passed("second_papers"):
        _justify(scene, one.instalments[0])


def _second(scene: Scene, one: MadeGrant) -> None:
    """The second instalment falls due with the first payment and waits for the visit of the first month."""
    paid = one.paid_on
    if paid is None:
        return
    seen = after(paid, 38, hour=10)
    reached = 9 if one.passed("finished") else 2 if one.passed("second_verified") else 1
    _steps(scene, one, one.instalments[1], System("tranche.pay"), paid, seen, reached)
    if one.passed("finished"):
        _justify(scene, one.instalments[1])


def _justify(scene: Scene, instalment: Instalment) -> None:
    paid = instalment.facts[-1].at
    instalment.facts.append(Fact("justify", after(paid, 3, hour=10), scene.staff["verifier"]))


def _steps(
    scene: Scene,
    one: MadeGrant,
    instalment: Instalment,
    system: System,
    due: datetime,
    verified: datetime,
    reached: int,
) -> None:
    """Let an instalment go through so many steps: papers, verify, approve, order, then those of the order."""
    staff, tranche = scene.staff, instalment.tranche
    ordered = after(verified, 2, hour=14)
    instalment.facts = [
        Fact("fall_due", due, system),
        Fact("submit_evidence", after(due, 0, minutes=1), system),
    ]
    if reached >= 2:
        tranche.verified_by = staff["verifier"]
        instalment.facts.append(Fact("verify", verified, staff["verifier"]))
    if reached >= 3:
        tranche.approved_by = staff["approver"]
        instalment.facts.append(Fact("approve", after(verified, 1), staff["approver"]))
    if reached >= 4:
        tranche.ordered_by = staff["preparer"]
        instalment.facts.append(Fact("order", ordered, staff["preparer"]))
        _order(scene, one, instalment, ordered, reached - 4)
    if reached >= 9:
        executed = instalment.order_facts[4].at
        tranche.paid_on = executed.date()
        instalment.facts.append(Fact("pay", executed, System("paymentorder.execute")))


def _order(scene: Scene, one: MadeGrant, instalment: Instalment, ordered: datetime, steps: int) -> None:
    """Draft the order and let it go so many of its steps: submit, approve, release, export, execute."""
    staff, tranche = scene.staff, instalment.tranche
    amount = tranche.amount_minor or 0
    order = PaymentOrder(
        programme=scene.programme,
        tranche=tranche,
        number=PaymentOrder.number_for(tranche, 1),
        currency=CURRENCY,
        gross_minor=amount,
        net_minor=amount,
        tranche_verifier=staff["verifier"],
        tranche_approver=staff["approver"],
        prepared_by=staff["preparer"],
    )
    submitted, exported = after(ordered, 0, minutes=40), after(ordered, 3, hour=12)
    executed = after(ordered, 5, hour=15)
    if steps >= 1:
        order.destination, order.channel = one.account, one.account.channel
        order.frozen_fingerprint, order.frozen_masked = one.account.fingerprint, one.account.masked
        order.frozen_institution, order.frozen_at = one.account.institution, submitted
        order.approvals_needed = order.releases_needed = 1
        order.threshold_minor = 0
    if steps >= 2:
        order.approved_by = staff["approver"]
    if steps >= 3:
        order.released_by = staff["releaser"]
    if steps >= 4:
        order.answer_due_on = after(exported, 5).date()
    if steps >= 5:
        order.reconciled_by, order.executed_on = staff["reconciler"], executed.date()
    statement = {
        "evidence": "statement",
        "reference": f"REL-{order.number}",
        "executed_on": executed.date().isoformat(),
    }
    facts = [
        Fact("submit", submitted, staff["preparer"], {"withholding": 0, "fee": 0}),
        Fact("approve", after(ordered, 1, hour=10), staff["approver"], target="approved"),
        Fact("release", after(ordered, 3, hour=10), staff["releaser"], target="released"),
        Fact("export", exported, staff["preparer"], {"sha256": instruction_digest(order)}),
        Fact("execute", executed, staff["reconciler"], statement),
    ]
    instalment.order, instalment.order_facts = order, facts[:steps]


# --- what hangs on grants, once they have their keys ---------------------------------------------------


def around(scene: Scene, made: Sequence[MadeGrant], visits: dict[int, Any]) -> None:
    """Make conditions, agreements, shares, signatures and postings. visits: the first visit by grant."""
    if not made:
        return
    weights = shares.fix_weights(scene.call)
    instalments = [one for grant in made for one in grant.instalments]
    BudgetLine.objects.bulk_create(
        [
            BudgetLine(grant=one.grant, number=1, label="Équipement", amount_minor=one.grant.amount_minor)
            for one in made
        ],
        batch_size=BATCH,
    )
    Condition.objects.bulk_create(
        [row for one in made for row in _conditions(scene, one, visits.get(one.grant.pk))], batch_size=BATCH
    )
    TrancheShare.objects.bulk_create(
        shares.shares_of([one.tranche for one in instalments], weights), batch_size=BATCH
    )
    _agreements(scene, made)
    _papers_of_orders(instalments)
    load_postings(_entries(scene, made), recorded_at=scene.now)


def _conditions(scene: Scene, one: MadeGrant, visit: Any) -> Iterator[Condition]:
    met: dict[str, tuple[Any, datetime | None]] = {
        "agreement_signed": (one.grant, one.facts[1].at if one.passed("signed") else None),
        "destination_verified": (one.account, one.account.verified_at if one.passed("papers") else None),
        "visit_validated": (visit, visit.state_since if visit and visit.state == "validated" else None),
    }
    for row, instalment in zip(scene.instalments, one.instalments, strict=True):
        for wanted in row.conditions:
            record, met_at = met[wanted["kind"]]
            yield Condition(
                tranche=instalment.tranche,
                kind=wanted["kind"],
                parameter=wanted["parameter"],
                missing_since=scene.at(-280, 11),
                met_at=met_at,
                met_kind=record._meta.label_lower if met_at else "",
                met_id=str(record.pk) if met_at else "",
            )


def _agreements(scene: Scene, made: Sequence[MadeGrant]) -> None:
    offered = {one.grant.pk: one for one in made if one.passed("offered")}
    grants = Grant.objects.filter(pk__in=offered).prefetch_related("tranches__conditions", "budget_lines")
    rows = []
    for grant in grants:
        one, terms = offered[grant.pk], terms_of(grant)
        signed = one.passed("signed")
        rows.append(
            Agreement(
                grant=grant,
                version=1,
                terms=terms,
                terms_sha256=digest(terms),
                made_at=one.facts[0].at,
                signed_on=grant.signed_on,
                method="archived" if signed else "",
                archive_reference=_archived(grant) if signed else "",
            )
        )
    Agreement.objects.bulk_create(rows, batch_size=BATCH)


def _papers_of_orders(instalments: Sequence[Instalment]) -> None:
    signatures, instructions, proofs = [], [], []
    for one in instalments:
        for fact in one.order_facts:
            order = one.order
            if order is None:
                continue
            if fact.verb in SIGNED_STEPS:
                step = SIGNED_STEPS[fact.verb]
                signatures.append(
                    OrderSignature(order=order, round=1, step=step, user_id=fact.actor.pk, signed_at=fact.at)  # type: ignore[misc]  # made with its signer
                )
            if fact.verb == "export":
                instructions.append(
                    Instruction(
                        order=order,
                        sha256=instruction_digest(order),
                        currency=order.currency,
                        net_minor=order.net_minor,
                        fingerprint=order.frozen_fingerprint,
                        issued_at=fact.at,
                    )
                )
            if fact.verb == "execute":
                proofs.append(
                    OrderEvidence(
                        order=order,
                        use="executed",
                        kind="statement",
                        reference=f"REL-{order.number}",
                        said_by_id=fact.actor.pk,
                        said_at=fact.at,
                    )
                )
    OrderSignature.objects.bulk_create(signatures, batch_size=BATCH)
    Instruction.objects.bulk_create(instructions, batch_size=BATCH)
    OrderEvidence.objects.bulk_create(proofs, batch_size=BATCH)


def _entry(scene: Scene, record: Any, verb: str, at: datetime, number: object = "") -> Entry:
    name = f"{record.kind}:{record.pk}:{verb}" + (f":{number}" if number != "" else "")
    return Entry(name, scene.programme.pk, CURRENCY, record.kind, str(record.pk), verb, at)


def _entries(scene: Scene, made: Sequence[MadeGrant]) -> list[tuple[Entry, list[Line]]]:
    entries = []
    for one in made:
        grant = one.grant
        if one.passed("offered"):
            lines = bookings.offer_lines(scene.call.pk, grant.pk, grant.amount_minor or 0)
            entries.append((_entry(scene, grant, "offer", one.facts[0].at), lines))
        for instalment in one.instalments:
            entries += _of_instalment(scene, grant, instalment)
    return entries


def _of_instalment(scene: Scene, grant: Grant, one: Instalment) -> Iterator[tuple[Entry, list[Line]]]:
    order, times = one.order, {fact.verb: fact.at for fact in one.order_facts}
    if order is None or "release" not in times:
        return
    released = bookings.release_lines(grant.pk, order.gross_minor)
    held = _entry(scene, order, "release", times["release"], order.round)
    yield held, released
    if "execute" not in times:
        return
    pending = released[0]
    yield (
        _entry(scene, order, "execute", times["execute"]),
        [
            Line(pending.source, pending.target, pending.amount, "settled", resolves=LineRef(held.name, 1)),
            bookings.disbursed_line(grant.pk, order.gross_minor),
            *bookings.cash_lines(
                programme_id=scene.programme.pk,
                grant_id=grant.pk,
                channel=order.channel,
                net=order.net_minor,
                withholding=0,
                fee=0,
                payable_supplier_id=None,
            ),
        ],
    )
    justified = [fact for fact in one.facts if fact.verb == "justify"]
    if justified:
        lines = bookings.justified_lines(grant.pk, order.net_minor, 0, 0)
        yield _entry(scene, one.tranche, "justify", justified[0].at), lines
