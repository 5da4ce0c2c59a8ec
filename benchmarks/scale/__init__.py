"""A nation's worth of organizations and findings: ``make bench-scale``."""
