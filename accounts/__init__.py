"""People who sign in: the user, sign-in, second factor, invitations, preferences."""
