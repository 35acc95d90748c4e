"""The declaration of impartiality that a juror signs, in the language in which it was read."""

from django.utils.translation import gettext as _


def text() -> str:
    """Return the declaration in the reader's language; what was signed is kept word by word."""
    return "\n".join(
        [
            _("I mark every file by the published grid alone, and by what stands in it."),
            _(
                "I mark no file of somebody whom I know, who works with me, who is of my family or household,"
                " or in whose project I have an interest; I say so at once and step aside."
            ),
            _("I keep what I read and what is said in the jury to myself, also afterwards."),
            _("I try neither to find out nor to let others know whose file it is."),
            _("I accept no gift and no promise from anybody who has to do with this selection."),
        ]
    )
