"""Scores that other juries gave: read (`table.py`) and kept as a call in test mode (`keeping.py`)."""
