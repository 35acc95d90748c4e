"""Template tags of the disbursements."""
