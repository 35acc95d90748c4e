"""The demonstration: seven real programme records at record level, and synthetic load. Nobody imports it."""
