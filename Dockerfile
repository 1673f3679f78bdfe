# The service with its page and its models: `docker build -t ink .`, or `podman build -t ink .`
# It lies here, and deploy/Dockerfile is a link to it, since BuildKit cannot read a Dockerfile that
# is a link (moby/buildkit 2119). `make image-check` runs these lines without Docker.
#
#   docker run --read-only --tmpfs /tmp -p 8000:8000 ink
#
# The root may be read-only. Two places are written, both in memory: /dev/shm, which every container
# has (workers' heartbeats and counts), and /tmp (photographs that wait for their turn).

# Debian with glibc, since OpenCV and LiteRT are not built for Alpine. Whoever wants the very same
# bytes each time adds the digest (`docker buildx imagetools inspect python:3.13-slim`).
ARG BASE=python:3.13-slim

FROM ${BASE} AS packages
COPY requirements-serve.txt /tmp/
# Serving's packages alone, each pinned by its hash and none built here. What is never served goes
# again: pip, the packages' own tests (19 MB), and of LiteRT the plug-ins for graphics and phones (32).
RUN python3 -m venv /opt/ink \
    && /opt/ink/bin/pip install --no-cache-dir --disable-pip-version-check \
        --require-hashes --only-binary :all: -r /tmp/requirements-serve.txt \
    && /opt/ink/bin/pip uninstall --yes --quiet pip \
    && find /opt/ink -depth -type d -name tests -exec rm -r {} + \
    && find /opt/ink -depth -path "*/ai_edge_litert/*" \
        \( -name libLiteRtWebGpuAccelerator.so -o -name tools -o -name vendors \) -exec rm -r {} +

FROM ${BASE} AS application
WORKDIR /app
COPY gunicorn.conf.py ./
COPY realtime realtime
COPY web web
COPY weights weights
# Compiled here, as nobody can write it later: a start takes half the time.
RUN python3 -m compileall -q realtime gunicorn.conf.py

FROM ${BASE}
# Numbers rather than names: Kubernetes' runAsNonRoot wants to see that this is not root.
RUN groupadd --gid 10001 ink \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent \
        --shell /usr/sbin/nologin ink
COPY --from=packages /opt/ink /opt/ink
COPY --from=application /app /app
WORKDIR /app
ENV PATH=/opt/ink/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
USER 10001:10001
EXPOSE 8000
# gunicorn is the first process, and drains its sessions on SIGTERM within INK_DRAIN_S (10 s), which
# is what `docker stop` waits for, too: `docker stop --timeout 20` leaves it room.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python3", "-m", "realtime.server.health_check"]
CMD ["gunicorn", "-c", "gunicorn.conf.py"]
