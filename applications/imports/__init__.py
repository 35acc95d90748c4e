"""Applications from tables (Kobo, Google Forms, typed paper): columns mapped, a dry run, all or nothing."""
