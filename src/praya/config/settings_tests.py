"""Settings for tests: a data directory of their own, fast hashes, no files collected."""

import os
import tempfile

# Read before anything of a test is: each process of the test runner gets a directory of its own,
# and the processes that a test starts keep the one they are given.
_runner = os.environ.get("PYTEST_XDIST_WORKER", "main")
if os.environ.get("PRAYA_TESTS_OF") != _runner:
    os.environ["PRAYA_TESTS_OF"] = _runner
    os.environ["PRAYA_HOME"] = tempfile.mkdtemp(prefix="praya-tests-")

from praya.config.settings import *  # noqa: E402, F403 -- the same settings, three of them changed
from praya.config.settings import STORAGES  # noqa: E402 -- as above

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
