"""How a message leaves: by mail, or to an office messenger. Knows no model; what is said is composed elsewhere."""
