"""Pages of the disbursements: one module a concept. Changes of state go through the kernel's own page."""
