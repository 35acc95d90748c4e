"""What somebody can be invited for by this package: a role in a programme."""

from accounts.invitations import Purpose
from programmes import roles
from programmes.forms.people import AnyProgrammeInviteForm

PROGRAMME_ROLE = Purpose(
    name=roles.PURPOSE,
    label=roles.PURPOSE_LABEL,
    may_invite=roles.may_invite,
    form=AnyProgrammeInviteForm,
    accept=roles.accept,
    describe=roles.describe,
)
