"""Lists of organizations as spreadsheets: reading, cleaning, comparing with the directory, writing."""
