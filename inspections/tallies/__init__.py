"""Figures kept beside the facts: what they hold (``totals``), how they are counted (``counting``), what a user reads (``reading``)."""
