"""Killed servers are tried once, in the run that has PostgreSQL and Redis: the tests start their own of both."""

from __future__ import annotations

import os

collect_ignore = [] if os.environ.get("DATABASE_URL", "").startswith("postgres") else ["test_killed_servers.py"]
