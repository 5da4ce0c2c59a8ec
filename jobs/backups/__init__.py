"""Backup and restore of everything that cannot be made again: all rows, and the files they name. Knows no app: it walks the models."""
