"""Tests of compose.yaml: its schema, what it mounts, and what its services may do."""

import ipaddress
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.deployment import COMPOSE, Document, documents
from tests.support.files import ROOT

SERVICES: Document = documents(COMPOSE)[0]["services"]


def test_it_keeps_to_the_schema() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    checked = subprocess.run([*command, COMPOSE], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_may_do_little_and_keeps_nothing(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not service.get("privileged")
    assert "build" in service or ":" in service["image"], "an image has a tag"
    volumes = [volume.split(":") for volume in service.get("volumes", [])]
    for source, target, *options in volumes:
        if source.startswith("."):
            assert (ROOT / source).exists(), source
            assert options == ["ro"], target


def test_only_nginx_is_seen_from_outside() -> None:
    published = {name: port for name, one in SERVICES.items() for port in one.get("ports", [])}
    assert set(published) == {"nginx", "grafana"}
    assert published["grafana"].startswith("127.0.0.1:")


def test_the_proxy_that_is_trusted_is_nginx_alone() -> None:
    address = SERVICES["nginx"]["networks"]["service"]["ipv4_address"]
    assert SERVICES["ink"]["environment"]["INK_PROXIES"] == address
    [subnet] = documents(COMPOSE)[0]["networks"]["service"]["ipam"]["config"]
    assert ipaddress.ip_address(address) in ipaddress.ip_network(subnet["subnet"])


def test_monitoring_is_a_profile() -> None:
    profiled = {name for name, one in SERVICES.items() if one.get("profiles") == ["monitoring"]}
    assert profiled == {"prometheus", "grafana"}


def test_nginx_reads_all_of_its_configuration() -> None:
    mounts = dict(volume.split(":")[:2] for volume in SERVICES["nginx"]["volumes"])
    included = {
        line.split()[1].rstrip(";")
        for line in (ROOT / "deploy/nginx.conf").read_text().splitlines()
        if line.strip().startswith("include ")
    }
    assert included
    assert mounts["./deploy/nginx.conf"] == "/etc/nginx/nginx.conf"
    for name in included:
        target = Path("/etc/nginx") / name
        [source] = [one for one, place in mounts.items() if Path(place) in target.parents]
        inside = target.relative_to(mounts[source])
        assert (ROOT / source / inside).is_file(), name
