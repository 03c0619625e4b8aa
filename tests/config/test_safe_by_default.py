"""What a site does before anybody has set anything, and what it refuses to do."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from praya.config.environment import Environment

_ASK = """
import json, django
django.setup()
from django.conf import settings
from django.test import Client
client = Client(SERVER_NAME="praya.example")
page = client.post("/i18n/setlang/", {"language": "zh-hant"}, secure=True)
plain = client.get("/account/login/")
print(json.dumps({
    "secure": [settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE],
    "cookies": {name: [bool(one["secure"]), one["samesite"]] for name, one in page.cookies.items()},
    "hsts": page.headers.get("Strict-Transport-Security", ""),
    "plain": [plain.status_code, plain.headers.get("Location", "")],
}))
"""


def _site(home, program: str, **variables: str) -> subprocess.CompletedProcess[str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("PRAYA_") and name != "DATABASE_URL"
    }
    return subprocess.run(
        [sys.executable, "-c", program],
        env=kept
        | {"DJANGO_SETTINGS_MODULE": "praya.config.settings", "PRAYA_HOME": str(home)}
        | variables,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.once
def test_over_https_cookies_are_secure_and_plain_http_is_sent_there(tmp_path):
    https = {"PRAYA_URL": "https://praya.example", "PRAYA_HSTS_SECONDS": "3600"}
    answered = _site(tmp_path, _ASK, **https)
    assert json.loads(answered.stdout) == {
        "secure": [True, True],
        "cookies": {"django_language": [True, "Lax"]},
        "hsts": "max-age=3600; includeSubDomains",
        "plain": [301, "https://praya.example/account/login/"],
    }, answered.stderr


def test_plain_http_is_not_served_to_a_network_unless_somebody_says_so(tmp_path):
    load = "from django.conf import settings; settings.DEBUG"
    refused = _site(tmp_path, load, PRAYA_URL="http://praya.example")
    assert refused.returncode == 1
    assert "PRAYA_INSECURE_HTTP=1" in refused.stderr
    accepted = {"PRAYA_URL": "http://praya.example", "PRAYA_INSECURE_HTTP": "1"}
    assert _site(tmp_path, load, **accepted).returncode == 0


def test_the_secret_is_made_once_for_its_owner_alone(tmp_path):
    home = tmp_path / "site"
    environment = Environment({"PRAYA_HOME": str(home)})
    with ThreadPoolExecutor(8) as at_once:
        made = set(at_once.map(lambda _: environment.secret_key, range(8)))
    assert len(made) == 1
    [secret] = made
    assert len(secret) >= 50
    assert Environment({"PRAYA_HOME": str(home)}).secret_key == secret
    assert [each.name for each in home.iterdir()] == ["secret_key"]
    assert stat.S_IMODE((home / "secret_key").stat().st_mode) == 0o600
    assert stat.S_IMODE(home.stat().st_mode) == 0o700


def test_no_job_runs_on_a_slurm_as_praya_s_own_user_unless_the_site_says_so(tmp_path):
    ask = "from django.conf import settings; print(settings.PRAYA_SLURM_OWN_JOBS)"
    assert _site(tmp_path, ask).stdout == "False\n"
    assert _site(tmp_path, ask, PRAYA_SLURM_OWN_JOBS="1").stdout == "True\n"
