"""Tags of the pages of applications."""
