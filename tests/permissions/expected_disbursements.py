"""Who sees grants and money, and who may move it: five hands of finance, the field, the beneficiary."""

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

from disbursements import holds, past, past_rows
from disbursements.models import (
    Account,
    ApprovalThreshold,
    BankFile,
    BankLine,
    CashAdvance,
    Condition,
    Confirmation,
    DonorInstalment,
    Evidence,
    FileTemplate,
    Grant,
    OrderEvidence,
    PayingAccount,
    PaymentBatch,
    PaymentPolicy,
    Posting,
    Procurement,
    Recovery,
    StatementFile,
    TranchePlan,
    TranchePlanRow,
    TrancheShare,
    WriteOffCeiling,
)
from tests.permissions.matrix import NOBODY, Pair, World, act, asks, row, sees
from tests.worlds.documents import filed
from tests.worlds.programmes import World as ProgrammeWorld
from tests.worlds.programmes import a_member
from workflow import Fact, History, load_history

FINANCE = "preparer verifier approver releaser reconciler"
MONEY = f"{FINANCE} manager auditor"
FIELD = "coach supervisor field_agent"
GRANTS = f"{MONEY} {FIELD}"
BESIDE = f"{MONEY} #coach supervisor field_agent"
"""Of a grant: a coach only once named for its case."""
OWN = "applicant@own"
SUMS = f"donor {MONEY}"

PROGRAMME: dict[str, Any] = {"of": "programmes.programme", "code": "code"}
LOADED_AT = datetime(2026, 6, 1, tzinfo=UTC)
LIVED_AT = datetime(2026, 4, 1, 9, tzinfo=UTC)


def one(kind: str) -> dict[str, Any]:
    """The arguments of a row about one record of this package."""
    return {"of": f"disbursements.{kind}", "pk": "pk"}


SEES = [
    sees("disbursements.account", MONEY),
    sees("disbursements.accountingperiod", MONEY),
    sees("disbursements.posting", MONEY),
    sees("disbursements.paymentpolicy", MONEY),
    sees("disbursements.approvalthreshold", MONEY),
    sees("disbursements.supplier", MONEY),
    sees("disbursements.writeoffceiling", MONEY),
    sees("disbursements.donorinstalment", SUMS),
    sees("disbursements.cashadvance", MONEY),  # and its cashier, who is nobody of the matrix
    sees("disbursements.cashline", MONEY),
    sees("disbursements.recovery", f"{OWN} {BESIDE}"),
    sees("disbursements.recoverypart", f"{OWN} {BESIDE}"),
    sees("disbursements.recoverymove", f"{OWN} {BESIDE}"),
    sees("disbursements.trancheplan", GRANTS),
    sees("disbursements.fundingshare", GRANTS),
    sees("disbursements.grant", f"{OWN} {BESIDE}"),
    sees("disbursements.agreement", f"{OWN} {BESIDE}"),
    sees("disbursements.budgetline", f"{OWN} {BESIDE}"),
    sees("disbursements.tranche", f"{OWN} {BESIDE}"),
    sees("disbursements.trancheshare", f"{OWN} donor {BESIDE}"),
    sees("disbursements.condition", f"{OWN} {BESIDE}"),
    sees("disbursements.evidence", f"{OWN} {BESIDE}"),
    sees("disbursements.hold", BESIDE),
    sees("disbursements.destination", f"{OWN} {MONEY}"),
    sees("disbursements.paymentorder", f"{OWN} {BESIDE}"),
    sees("disbursements.ordersignature", MONEY),
    sees("disbursements.instruction", MONEY),
    sees("disbursements.orderevidence", MONEY),
    sees("disbursements.confirmation", MONEY),
    sees("disbursements.filetemplate", MONEY),
    sees("disbursements.payingaccount", MONEY),
    sees("disbursements.paymentbatch", MONEY),
    sees("disbursements.batchline", MONEY),
    sees("disbursements.batchsignature", MONEY),
    sees("disbursements.bankfile", MONEY),
    sees("disbursements.statementfile", MONEY),
    sees("disbursements.bankline", MONEY),
    sees("disbursements.procurement", f"{OWN} {BESIDE}"),
    sees("disbursements.procurementline", BESIDE),
    sees("disbursements.quote", BESIDE),
    sees("disbursements.justification", f"{OWN} {BESIDE}"),
    sees("disbursements.justificationline", f"{OWN} {BESIDE}"),
]

_WHO: dict[str, dict[str, str]] = {
    "grant": {
        "offer": "manager",
        "sign": "preparer",
        "decline": f"{OWN} manager system",
        "expire": "system",
        "activate": "manager",
        "amend": "manager approver",  # two persons: one proposes, another confirms
        "suspend": "manager",
        "resume": "manager",
        "complete": "manager",
        "terminate": "manager approver",
        "close": "approver",
        "cancel": "manager system",
    },
    "tranche": {
        "fall_due": "system",
        "submit_evidence": f"{OWN} field_agent #coach system",
        "return": "verifier approver",
        "verify": "verifier",
        "approve": "approver",
        "order": "preparer",
        "pay": "system",
        "reopen": "system",
        "justify": "verifier",
        "cancel": "manager system",
    },
    "hold": {"release": "approver"},
    "paymentorder": {
        "submit": "preparer",
        "approve": "approver",
        "release": "releaser",
        "export": "preparer system",
        "execute": "reconciler",
        "doubt": "reconciler system",
        "fail": "reconciler",
        "acknowledge": f"{OWN} #coach",
        "return": "reconciler",
        "reject": "approver releaser",
        "revise": "preparer",
        "cancel": "preparer manager",
    },
    "paymentbatch": {
        "seal": "preparer",
        "unseal": "preparer",
        "approve": "approver",
        "release": "releaser",
        "export": "preparer",
        "settle": "reconciler",
        "reject": "reconciler",
        "close": "reconciler",
        "cancel": "preparer",
    },
    "statementfile": {"take_in": "reconciler", "discard": "reconciler"},
    "bankline": {
        "match": "reconciler",
        "match_in_doubt": "reconciler",  # two persons
        "match_batch": "reconciler",
        "receive": "system",
        "book_fee": "reconciler",
        "set_aside": "reconciler",
        "reopen": "reconciler",
    },
    "justification": {
        "submit": f"{OWN} #coach",
        "review": "verifier",
        "accept": "verifier",
        "accept_partly": "verifier",
        "refuse": "verifier",
    },
    "donorinstalment": {"request": "manager", "receive": "reconciler", "cancel": "manager"},
    "cashadvance": {
        "hand_out": "releaser",
        "take": FIELD,
        "count": "reconciler",
        "cancel": "preparer",
    },
    "recovery": {
        "notify": "manager",
        "contest": OWN,
        "decide": "manager",
        "schedule": "manager",
        "repay": "reconciler",
        "offset": "approver",
        "write_off": "manager approver",  # two persons
        "close": "approver",
        "lapse": "system",
    },
    "destination": {"verify": "approver", "refuse": "approver", "retire": "preparer"},
    "procurement": {
        "choose_supplier": "preparer",
        "order": "approver",
        "deliver": "#coach verifier",
        "hand_over": f"{OWN} #coach",
        "match_invoice": "preparer",
        "cancel": "manager",
    },
}
ACTS = [
    act(f"disbursements.{model}", verb, who) for model, verbs in _WHO.items() for verb, who in verbs.items()
]

ASKS = [
    asks("disbursements.view_donor_totals", SUMS, of="programmes.programme"),
]

ROWS = [
    row("disbursements:money", MONEY, **PROGRAMME),
    row("disbursements:grants", GRANTS, **PROGRAMME),
    row("disbursements:tranches", GRANTS, **PROGRAMME),
    row("disbursements:orders", MONEY, **PROGRAMME),
    row("disbursements:destinations", MONEY, **PROGRAMME),
    row("disbursements:batches", MONEY, **PROGRAMME),
    row("disbursements:open_batch", "preparer", posts="preparer", **PROGRAMME),
    row("disbursements:bank_setup", MONEY, **PROGRAMME),
    row("disbursements:add_paying_account", "manager", posts="manager", **PROGRAMME),
    row("disbursements:add_file_template", "manager preparer", posts="manager preparer", **PROGRAMME),
    row("disbursements:batch", MONEY, **one("paymentbatch")),
    row("disbursements:change_batch", posts="preparer", **one("paymentbatch")),
    row("disbursements:print_batch_list", posts="preparer approver releaser", **one("paymentbatch")),
    row("disbursements:download_file", posts="preparer releaser", **one("paymentbatch")),
    row("disbursements:edit_paying_account", "manager", posts="manager", **one("payingaccount")),
    row(
        "disbursements:file_template",
        "manager preparer",
        posts="manager preparer",
        **one("filetemplate"),
    ),
    row("disbursements:statements", MONEY, **PROGRAMME),
    row("disbursements:bank_lines", MONEY, **PROGRAMME),
    row("disbursements:match_lines", posts="reconciler", **PROGRAMME),
    row(
        "disbursements:hand_in_statement",
        "reconciler",
        posts="reconciler",
        **one("payingaccount"),
    ),
    row("disbursements:statement_file", MONEY, **one("statementfile")),
    row("disbursements:statement_columns", posts="reconciler", **one("statementfile")),
    row("disbursements:bank_line", MONEY, **one("bankline")),
    row("disbursements:suppliers", MONEY, **PROGRAMME),
    row("disbursements:add_supplier", "preparer", posts="preparer", **PROGRAMME),
    row("disbursements:procurements", GRANTS, **PROGRAMME),
    row("disbursements:justifications", GRANTS, **PROGRAMME),
    row("disbursements:waiting", GRANTS, **PROGRAMME),
    row("disbursements:donors", SUMS, **PROGRAMME),
    row("disbursements:donor_instalment", SUMS, **one("donorinstalment")),
    row("disbursements:print_donor_request", posts="manager preparer", **one("donorinstalment")),
    row(
        "disbursements:plan_donor_instalment",
        "manager",
        posts="manager",
        of="disbursements.donorinstalment",
        pk="contribution_id",
    ),
    row("disbursements:cash_advances", MONEY, **PROGRAMME),
    row("disbursements:open_cash_list", "preparer", posts="preparer", **PROGRAMME),
    row("disbursements:cash_advance", MONEY, **one("cashadvance")),
    row("disbursements:change_cash_list", posts="preparer", **one("cashadvance")),
    row("disbursements:cash_sheet", NOBODY, posts=NOBODY, **one("cashadvance")),
    row("disbursements:recoveries", GRANTS, **PROGRAMME),
    row("disbursements:recovery", f"{OWN} {BESIDE}", **one("recovery")),
    row("disbursements:print_recovery_notice", posts="manager preparer approver", **one("recovery")),
    row("disbursements:claim_back", "manager verifier", posts="manager verifier", **one("grant")),
    row("disbursements:remove_ceiling", posts="manager", **PROGRAMME),
    row("disbursements:journal", MONEY, **PROGRAMME),
    row("disbursements:journal_lines", MONEY, **PROGRAMME),
    row("disbursements:donor_statement", SUMS, **PROGRAMME),
    row("disbursements:close_period", posts="approver", **PROGRAMME),
    row("disbursements:rules", "manager", posts="manager", **PROGRAMME),
    row("disbursements:remove_threshold", posts="manager", **PROGRAMME),
    row("disbursements:plan", "manager", posts="manager", of="programmes.track", pk="pk"),
    row("disbursements:grant", f"{OWN} {BESIDE}", **one("grant")),
    row("disbursements:statement", MONEY, **one("grant")),
    row("disbursements:budget", "manager preparer", posts="manager preparer", **one("grant")),
    row("disbursements:print_agreement", posts="manager preparer", **one("grant")),
    row("disbursements:print_closing", posts="manager preparer approver", **one("grant")),
    row("disbursements:enter_account", "preparer", posts="preparer", **one("grant")),
    row(
        "disbursements:hold_grant",
        "manager supervisor verifier approver",
        posts="manager supervisor verifier approver",
        **one("grant"),
    ),
    row("disbursements:tranche", f"{OWN} {BESIDE}", **one("tranche")),
    row(
        "disbursements:add_evidence",
        f"{OWN} field_agent #coach preparer",
        posts=f"{OWN} field_agent #coach preparer",
        **one("tranche"),
    ),
    row("disbursements:choose_supplier", "preparer", posts="preparer", **one("tranche")),
    row("disbursements:start_purchase", "preparer", posts="preparer", **one("tranche")),
    row(
        "disbursements:hold_tranche",
        "manager supervisor verifier approver",
        posts="manager supervisor verifier approver",
        **one("tranche"),
    ),
    row(
        "disbursements:confirm_condition",
        "verifier",
        posts="verifier",
        of="disbursements.condition",
        pk="tranche_id",
        condition="pk",
    ),
    row(
        "disbursements:ask_release",
        "manager supervisor approver",
        posts="manager supervisor approver",
        **one("hold"),
    ),
    row("disbursements:order", MONEY, **one("paymentorder")),
    row("disbursements:print_receipt", posts="preparer reconciler #coach", **one("paymentorder")),
    row("disbursements:not_received", OWN, posts=OWN, **one("paymentorder")),
    row("disbursements:destination", MONEY, **one("destination")),
    row("disbursements:read_number", "preparer approver", posts="preparer approver", **one("destination")),
    row("disbursements:supplier", MONEY, **one("supplier")),
    row("disbursements:enter_supplier_account", "preparer", posts="preparer", **one("supplier")),
    row("disbursements:procurement", BESIDE, **one("procurement")),
    row("disbursements:add_goods", "preparer", posts="preparer", **one("procurement")),
    row(
        "disbursements:remove_goods",
        posts="preparer",
        of="disbursements.procurementline",
        pk="procurement_id",
        line="pk",
    ),
    row("disbursements:add_quote", "preparer", posts="preparer", **one("procurement")),
    row(
        "disbursements:print_purchase_paper",
        posts="preparer verifier #coach",
        paper="=delivery",
        **one("procurement"),
    ),
    row("disbursements:justification", f"{OWN} {BESIDE}", **one("justification")),
    row("disbursements:add_receipts", f"{OWN} #coach", posts=f"{OWN} #coach", **one("justification")),
    row("disbursements:add_receipt", f"{OWN} #coach", posts=f"{OWN} #coach", **one("justification")),
    row(
        "disbursements:decide_receipt",
        "verifier",
        posts="verifier",
        of="disbursements.justificationline",
        pk="justification_id",
        line="pk",
    ),
    row(
        "disbursements:accept_receipt",
        posts="verifier",
        of="disbursements.justificationline",
        pk="justification_id",
        line="pk",
    ),
    row(
        "disbursements:remove_receipt",
        posts=f"{OWN} #coach",
        of="disbursements.justificationline",
        pk="justification_id",
        line="pk",
    ),
    row("disbursements:account", MONEY, **one("account")),
    row("disbursements:entry", MONEY, **one("posting")),
]


def fill(world: World) -> None:
    """A grant in each programme: one instalment in cash, paid and justified; one kit, bought and paid."""
    cases = world.objects["applications.application"]
    grants = Pair(_grant(world.here, cases.ours), _grant(world.there, cases.theirs))
    world.canaries |= {"Amina Example", "MA64011519000001205000534921"}

    def both(kind: str, find: Any) -> None:
        world.objects[f"disbursements.{kind}"] = Pair(find(grants.ours), find(grants.theirs))

    both("grant", lambda grant: grant)
    both("agreement", lambda grant: grant.agreements.get())
    both("budgetline", lambda grant: grant.budget_lines.get())
    both("tranche", lambda grant: grant.tranches.get(number=1))
    both("trancheshare", _share)
    both("condition", lambda grant: Condition.objects.get(tranche__grant=grant, kind="agreement_signed"))
    both("evidence", _evidence)
    both("hold", _hold)
    both("destination", lambda grant: grant.destinations.get())
    both("supplier", lambda grant: grant.programme.suppliers.get())
    both("paymentorder", lambda grant: grant.tranches.get(number=1).orders.get())
    both("ordersignature", lambda grant: grant.tranches.get(number=1).orders.get().signatures.first())
    both("instruction", lambda grant: grant.tranches.get(number=1).orders.get().instruction)
    both("orderevidence", lambda grant: OrderEvidence.objects.filter(order__tranche__grant=grant).first())
    both("confirmation", lambda grant: Confirmation.objects.filter(order__tranche__grant=grant).first())
    both("procurement", lambda grant: Procurement.objects.get(tranche__grant=grant))
    both("procurementline", lambda grant: Procurement.objects.get(tranche__grant=grant).lines.get())
    both("quote", lambda grant: Procurement.objects.get(tranche__grant=grant).quotes.get())
    both("justification", lambda grant: grant.tranches.get(number=1).justifications.get())
    both("justificationline", lambda grant: grant.tranches.get(number=1).justifications.get().lines.get())
    both("account", lambda grant: Account.objects.get(kind="grant_committed", owner_id=grant.pk))
    both("posting", lambda grant: Posting.objects.get(entry=f"disbursements.grant:{grant.pk}:offer"))
    both("accountingperiod", lambda grant: grant.programme.periods.first())
    both("trancheplan", lambda grant: grant.track.tranche_plan)
    both("fundingshare", lambda grant: grant.track.call.funding_shares.get())
    both("paymentpolicy", lambda grant: PaymentPolicy.objects.create(programme=grant.programme))
    both("approvalthreshold", _threshold)
    both("filetemplate", _template)
    both("payingaccount", _paying_account)
    both("paymentbatch", _batch)
    for kind, name in (("batchline", "lines"), ("batchsignature", "signatures")):
        batches_ = world.objects["disbursements.paymentbatch"]
        world.objects[f"disbursements.{kind}"] = Pair(
            getattr(batches_.ours, name).get(), getattr(batches_.theirs, name).get()
        )
    both("statementfile", _statement)
    both("bankline", lambda grant: grant.programme.bank_lines.get())
    both("writeoffceiling", _ceiling)
    both("cashadvance", _cash)
    both("donorinstalment", _donor_instalment)
    both("cashline", lambda grant: grant.programme.cash_advances.get().lines.get())
    both("recovery", _recovery)
    both("recoverypart", lambda grant: grant.recoveries.get().parts.get())
    both("recoverymove", lambda grant: grant.recoveries.get().moves.get())
    world.objects["disbursements.bankfile"] = Pair(batches_.ours.file, batches_.theirs.file)


def _grant(side: ProgrammeWorld, application: Any) -> Grant:
    plan = TranchePlan.objects.create(call=side.call, track=side.track)
    agreed = [{"kind": "agreement_signed"}]
    TranchePlanRow.objects.create(
        plan=plan, number=1, share_percent=60, payment_mode="cash", conditions=agreed
    )
    TranchePlanRow.objects.create(
        plan=plan, number=2, share_percent=40, payment_mode="kit", needs_receipts=False
    )
    roles = ("manager", "preparer", "verifier", "approver", "releaser", "reconciler", "coach")
    staff = {role: side.member(role) for role in roles}
    account = past.PastAccount("bank", "Amina Example", "MA64011519000001205000534921", "Bank", "Rabat", "MA")
    supplier = past.past_supplier(
        side.programme, "Tools Inc", account, staff=staff, at=LIVED_AT, recorded_at=LOADED_AT
    )
    made = past.past_grant(
        application,
        amount=1_000_00,
        staff=staff,
        offered_at=LIVED_AT,
        signed_at=LIVED_AT + timedelta(days=1),
        account=account,
        instalments=[
            past.PastInstalment(LIVED_AT + timedelta(days=3), reached="justified"),
            past.PastInstalment(
                LIVED_AT + timedelta(days=4),
                reached="paid",
                supplier=supplier,
                handed_over_on=(LIVED_AT + timedelta(days=9)).date(),
            ),
        ],
    )
    past_rows.open_envelopes([side.call], recorded_at=LOADED_AT)
    load_history(past.histories([made]), recorded_at=LOADED_AT)
    past_rows.finish([made], recorded_at=LOADED_AT)
    return made.grant


def _evidence(grant: Grant) -> Evidence:
    tranche = grant.tranches.get(number=1)
    return Evidence.objects.create(
        tranche=tranche, kind="photo", file=filed(tranche), sha256="0" * 64, added_at=LIVED_AT
    )


def _hold(grant: Grant) -> Any:
    return holds.place(
        grant.tranches.get(number=1),
        reason="To be looked at",
        actor=grant.programme.memberships.get(role="supervisor").user,
        at=LIVED_AT,
    )


def _threshold(grant: Grant) -> ApprovalThreshold:
    return ApprovalThreshold.objects.create(programme=grant.programme, currency="MAD", from_minor=0)


def _template(grant: Grant) -> FileTemplate:
    columns = [
        {"heading": "Compte", "source": "number", "text": ""},
        {"heading": "Montant", "source": "amount", "text": ""},
    ]
    return FileTemplate.objects.create(
        programme=grant.programme,
        name="Operator",
        definition={"kind": "csv", "columns": columns},
        changed_by=grant.programme.memberships.filter(role="manager").order_by("pk")[0].user,
        changed_at=LIVED_AT,
    )


def _paying_account(grant: Grant) -> PayingAccount:
    return PayingAccount.objects.create(
        programme=grant.programme,
        name="Main",
        currency="MAD",
        holder="Agency",
        number="011810000000000000000196",
        institution="Bank",
        country="MA",
        entered_by=grant.programme.memberships.filter(role="manager").order_by("pk")[0].user,
        entered_at=LIVED_AT,
    )


def _batch(grant: Grant) -> PaymentBatch:
    """A batch whose file was written."""
    order = grant.tranches.get(number=1).orders.get()
    people = {
        role: grant.programme.memberships.filter(role=role).order_by("pk")[0].user
        for role in ("preparer", "approver", "releaser")
    }
    batch = PaymentBatch(
        programme=grant.programme,
        number=f"{grant.programme.code}-B0001",
        account=grant.programme.paying_accounts.get(),
        currency="MAD",
        channel="bank",
        value_date=LIVED_AT.date(),
        count=1,
        control_minor=order.net_minor,
        content_sha256="0" * 64,
        approvals_needed=1,
        releases_needed=1,
        prepared_by=people["preparer"],
        approved_by=people["approver"],
        released_by=people["releaser"],
        opened_at=LIVED_AT,
    )
    steps = [
        ("seal", "preparer", ""),
        ("approve", "approver", "approved"),
        ("release", "releaser", "released"),
        ("export", "preparer", ""),
    ]
    facts = [Fact(verb, LIVED_AT, people[role], target=target) for verb, role, target in steps]
    load_history([History(batch, facts)], recorded_at=LOADED_AT)
    batch.lines.create(order=order, position=1, end_to_end=order.number, net_minor=order.net_minor)
    batch.signatures.create(
        round=1, step="prepare", user=people["preparer"], signed_at=LIVED_AT, content_sha256="0" * 64
    )
    BankFile.objects.create(
        batch=batch,
        name="file.xml",
        media_type="application/xml",
        sha256="0" * 64,
        size=1,
        content=base64.b64encode(b"x").decode(),
        made_by=people["preparer"],
        made_at=LIVED_AT,
    )
    return batch


def _statement(grant: Grant) -> StatementFile:
    """A statement with one movement that nobody has explained."""
    account = grant.programme.paying_accounts.get()
    file = StatementFile(
        programme=grant.programme,
        account=account,
        name="statement.xml",
        form="camt",
        sha256="0" * 64,
        size=1,
        content=base64.b64encode(b"x").decode(),
        handed_in_by=grant.programme.memberships.filter(role="reconciler").order_by("pk")[0].user,
        handed_in_at=LIVED_AT,
        lines_found=1,
        lines_new=1,
    )
    fact = Fact("take_in", LIVED_AT, file.handed_in_by)
    load_history([History(file, [fact])], recorded_at=LOADED_AT)
    BankLine.objects.create(
        programme=grant.programme,
        account=account,
        file=file,
        fingerprint="0" * 64,
        occurrence=1,
        booked_on=LIVED_AT.date(),
        amount_minor=-1,
        currency="MAD",
        name="Somebody",
    )
    return file


def _ceiling(grant: Grant) -> WriteOffCeiling:
    return WriteOffCeiling.objects.create(programme=grant.programme, currency="MAD", up_to_minor=1_00)


def _recovery(grant: Grant) -> Recovery:
    """A claim that the beneficiary was told of, with one agreed part and one repayment."""
    people = {row.role: row.user for row in grant.programme.memberships.select_related("user").order_by("pk")}
    claim = Recovery(
        grant=grant,
        tranche=grant.tranches.get(number=1),
        number=f"{grant.reference}-R1",
        cause="refused",
        claimed_minor=3_00,
        opened_at=LIVED_AT,
    )
    told = {"told_by": "phone", "due_on": LIVED_AT.date().isoformat()}
    facts = [Fact("notify", LIVED_AT, people["manager"], data=told)]
    load_history([History(claim, facts)], recorded_at=LOADED_AT)
    claim.parts.create(number=1, due_on=LIVED_AT.date(), amount_minor=3_00)
    claim.moves.create(
        number=1,
        kind="repaid",
        amount_minor=1_00,
        moved_on=LIVED_AT.date(),
        reference="C-1",
        receipt_key=f"{grant.programme_id}|c-1",
        made_by=people["reconciler"],
        made_at=LIVED_AT,
    )
    return claim


def _cash(grant: Grant) -> CashAdvance:
    """A list with one order, carried by somebody who is nobody of the matrix."""
    made = CashAdvance.objects.create(
        programme=grant.programme,
        number=f"{grant.programme.code}-C0001",
        account=grant.programme.paying_accounts.get(),
        currency="MAD",
        cashier=a_member(grant.programme, "coach"),
        place="Temara",
        pays_on=LIVED_AT.date(),
        opened_by=grant.programme.memberships.filter(role="preparer").order_by("pk")[0].user,
        opened_at=LIVED_AT,
    )
    made.lines.create(order=grant.tranches.get(number=1).orders.get(), position=1, net_minor=1_00)
    return made


def _share(grant: Grant) -> TrancheShare:
    """A part of an instalment that is money of the donors of the matrix."""
    share: TrancheShare = grant.tranches.get(number=1).shares.get()
    share.contribution = grant.programme.contributions.all()[0]
    share.save()
    return share


def _donor_instalment(grant: Grant) -> DonorInstalment:
    """A planned part of what the donors of the matrix give."""
    given = grant.programme.contributions.all()[0]
    return DonorInstalment.objects.create(
        programme=grant.programme,
        contribution=given,
        number=1,
        amount_minor=1_00,
        currency=given.currency,
        due_on=LIVED_AT.date(),
        planned_by=grant.programme.memberships.filter(role="manager").order_by("pk")[0].user,
        planned_at=LIVED_AT,
    )
