"""Screens of reports, one module per part; addresses import the module they need."""
