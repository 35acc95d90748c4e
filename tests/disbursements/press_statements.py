"""Several processes import overlapping statements and record what they name: run by `test_races.py`.

`python -m tests.disbursements.press_statements world FILES` makes orders that are out and so many statements
of them that were handed in, each beginning in the middle of the one before. `… press NUMBER` waits for a line
on standard input, imports every statement and matches every movement; it prints how many it matched.
"""

import contextlib
import sys

import django


def main(what: str, number: str) -> None:
    django.setup()
    if what == "world":
        world(int(number))
    else:
        press(int(number))


def world(files: int) -> None:
    """Orders issued in one batch, and overlapping statements of them."""
    from disbursements import reconciling
    from documents.papers import PaperContext
    from tests.disbursements.statement_files import CSV_COLUMNS, Row, csv_file
    from tests.worlds.banking import a_paying_account, approved_orders, exported

    # What is printed is not on trial, and printing takes longer than everything else.
    PaperContext.render = lambda self, sheet: b"%PDF-1.4 race"  # type: ignore[method-assign]
    moneys, orders = approved_orders(files)
    money = moneys[0]
    exported(money, orders)
    account = a_paying_account(money)
    account.statement_columns = CSV_COLUMNS
    account.save()
    rows = [Row(money.today.isoformat(), -order.net_minor, order.number, "", "Grant") for order in orders]
    rows += [Row(money.today.isoformat(), -5_00, "", "", "Fee")] * 2
    for start in range(files):
        data = csv_file([*rows[start:], *rows[:1]][: files + 2])
        reconciling.hand_in(account, data, f"{start}.csv", actor=money.member("reconciler"), at=money.now())


def press(number: int) -> None:
    """Import everything and match everything, beginning at another file than the others."""
    from django.utils import timezone

    from disbursements import reconciling
    from disbursements.models import StatementFile
    from workflow import Refused, fire

    files = list(StatementFile.objects.select_related("account__programme").order_by("pk"))
    actor = files[0].handed_in_by
    print("ready", flush=True)
    sys.stdin.readline()
    matched = 0
    for file in files[number:] + files[:number]:
        with contextlib.suppress(Refused):
            fire(file, "take_in", actor=actor)
        done, _refused = reconciling.match_certain(file.account.programme, actor=actor, at=timezone.now())
        matched += done
    print(matched, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
