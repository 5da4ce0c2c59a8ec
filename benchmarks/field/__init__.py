"""How fast phones are served, and whether each record arrives exactly once."""
