"""Demo data: an invented district with its organizations, people, checklist and four campaigns (``manage.py demo``).

Nothing here is real: 云岭区 does not exist, and neither do its organizations or people.
"""
