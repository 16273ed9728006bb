# One image for web, worker, beat and migrations; docker-compose.yml says which of them a container is.
FROM python:3.11-slim AS build
COPY requirements.txt /build/
RUN python -m venv /opt/venv \
 && /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r /build/requirements.txt

FROM python:3.11-slim
RUN groupadd --system --gid 10001 credit \
 && useradd --system --uid 10001 --gid credit --no-create-home --home-dir /nonexistent credit \
 && install -d -o credit -g credit -m 0700 /srv/credit/var
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    STATIC_HASHED=1 \
    STATIC_ROOT=/srv/credit/static \
    CREDIT_VAR_DIR=/srv/credit/var
WORKDIR /app
COPY --from=build /opt/venv /opt/venv
COPY . .
# Needs neither database nor keys: the defaults serve read-only commands.
RUN python manage.py collectstatic --no-input --verbosity 0
USER credit
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=6 \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["gunicorn", "hegang_credit.wsgi:application", "--bind", "0.0.0.0:8000", "--workers", "2", \
     "--worker-class", "gthread", "--threads", "4", "--worker-tmp-dir", "/dev/shm", "--umask", "0o077", "--no-control-socket"]
