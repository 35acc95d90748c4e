"""`makemessages` that also finds texts marked with `n_` (`gettext_noop`): templates of messages."""

from django.core.management.commands import makemessages


class Command(makemessages.Command):
    xgettext_options = [*makemessages.Command.xgettext_options, "--keyword=n_"]
