# One image for web, worker, beat and migrate; docker-compose.yml says which command each runs.
# Stages keep npm, apt's lists and pip's caches out of what is shipped.

FROM node:22-bookworm-slim AS node_modules
WORKDIR /src
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund

FROM python:3.11-slim-bookworm AS assets
WORKDIR /src
COPY --from=node_modules /src/node_modules ./node_modules
COPY tools/assets.py tools/fonts.py ./tools/
# fonts.py takes four files out of a Debian package; apt's lists are needed for that, TeX Live is not installed.
RUN apt-get update && python tools/assets.py && python tools/fonts.py && rm -rf /var/lib/apt/lists/*

FROM python:3.11-slim-bookworm AS packages
COPY requirements.txt requirements-s3.txt ./
RUN python -m venv /opt/venv && /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check -r requirements-s3.txt

FROM python:3.11-slim-bookworm
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DUCHATONG_VAR=/app/var \
    MEDIA_ROOT=/data/media \
    HOME=/home/duchatong
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --create-home --shell /usr/sbin/nologin duchatong
WORKDIR /app
COPY --from=packages /opt/venv /opt/venv
COPY --from=assets /src/var ./var
COPY manage.py ./
COPY config ./config
COPY jobs ./jobs
COPY units ./units
COPY inspections ./inspections
COPY reports ./reports
COPY templates ./templates
COPY static ./static
# The key given here lives for this one command only; at run time DJANGO_SECRET_KEY must come from outside.
RUN python -m compileall -q config jobs units inspections reports \
    && DJANGO_SECRET_KEY=only-for-collectstatic python manage.py collectstatic --noinput --verbosity 0 \
    && mkdir -p /data/media \
    && chown -R duchatong:duchatong /app/var /data
USER 10001:10001
VOLUME ["/data"]
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=10s --start-period=40s --retries=3 \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/healthz', timeout=8)"]
# The number of processes is gunicorn's own WEB_CONCURRENCY.
CMD ["gunicorn", "config.wsgi:application", "--config", "python:config.gunicorn", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--threads", "8", "--timeout", "120", "--graceful-timeout", "30"]
