"""What other systems read and are told."""
