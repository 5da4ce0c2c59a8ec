"""``python -m benchmarks.search [findings]``, on the database of ``DATABASE_URL``; on a private PostgreSQL by ``tests/with_services.py``.

Works in a database of its own, made and dropped as that of the tests. 50,000 findings unless told otherwise.
"""

import os
import sys

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from benchmarks.search.measuring import run

    run(int(sys.argv[1]) if len(sys.argv) > 1 else 50_000)
