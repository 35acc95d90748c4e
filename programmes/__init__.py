"""Programmes, donors, partners, sites, memberships, calls, tracks, selection sessions, money."""
