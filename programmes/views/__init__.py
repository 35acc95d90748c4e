"""Pages of programmes: start page, public pages, set-up, people, calls and sessions, messages."""
