"""One of several processes that issue papers at once: run by `test_issuing.py`.

`python -m tests.documents.issue_many PAPERS` waits for a line on standard input, then issues papers of one
kind; every third one is rolled back.
"""

import os
import sys

import django


class Undone(Exception):
    """What makes a transaction roll back."""


def main(papers: str) -> None:
    """Issue, and undo some."""
    django.setup()
    from django.db import transaction

    from tests.worlds.documents import dossier, issued

    subject = dossier(f"Race {os.getpid()}")
    print("ready", flush=True)
    sys.stdin.readline()
    for number in range(int(papers)):
        try:
            with transaction.atomic():
                issued(subject, scope="RACE")
                if number % 3 == 2:
                    raise Undone
        except Undone:
            continue


if __name__ == "__main__":
    main(*sys.argv[1:])
