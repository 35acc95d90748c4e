"""Enterprises, coaches, visits, risk, support sessions."""
