"""How long a large site stands still while its database is brought up to date."""
