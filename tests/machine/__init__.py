"""A lantern: the smallest machine that has every kind of arrow."""
