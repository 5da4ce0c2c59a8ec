"""Many people at once: inspectors who send, readers who look."""
