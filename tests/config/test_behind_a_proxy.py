"""Over https, Praya stands behind a proxy, which says how the visitor came."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
from contextlib import closing
from urllib.parse import urlsplit

import httpx
import pytest


@pytest.fixture
def https_site(tmp_path):
    """The loopback address of a site whose public address is https."""
    environment = {
        **os.environ,
        "PRAYA_HOME": str(tmp_path),
        "DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "praya.config.settings",
        "PRAYA_URL": "https://compute.example",
        "PRAYA_TRUST_PROXY": "1",
    }
    command = [sys.executable, "-m", "praya.config.terminal", "serve", "--no-worker", "--port", "0"]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as site:
        yield site.stdout.readline().split()[-1]
        site.terminate()


@pytest.mark.once
@pytest.mark.slow
def test_https_is_known_by_what_the_proxy_says(https_site):
    came_by_https = {"Host": "compute.example", "X-Forwarded-Proto": "https"}
    came_by_http = {"Host": "compute.example", "X-Forwarded-Proto": "http"}

    answered = httpx.get(https_site, headers=came_by_https, timeout=60)
    sent_on = httpx.get(https_site, headers=came_by_http, timeout=60)
    watched = httpx.get(f"{https_site}/healthz", headers=came_by_http, timeout=60)

    assert answered.status_code == 200
    assert (sent_on.status_code, sent_on.headers["Location"]) == (301, "https://compute.example/")
    assert watched.status_code == 200  # a monitor on the same machine asks without TLS


@pytest.mark.once
@pytest.mark.slow
def test_what_is_far_too_large_is_not_taken_in(https_site):
    """Nobody who has not signed in may fill the disk with a form."""
    site = http.client.HTTPConnection(urlsplit(https_site).netloc, timeout=60)
    with closing(site) as line:
        line.putrequest("POST", "/account/login/")
        line.putheader("Content-Type", "multipart/form-data; boundary=x")
        line.putheader("Content-Length", str(100 * 1024 * 1024))
        line.endheaders()

        assert line.getresponse().status == 413
