"""Words about clusters on which awards are held."""

from praya.apps.enforcement.engines import own_user
from praya.words.enforcement import changed_by


def test_what_praya_s_own_user_changed_may_have_been_praya():
    own = own_user()
    assert changed_by(own) == f"{own} (or Praya itself)"
    assert [changed_by(name) for name in ("wing", "")] == ["wing", ""]
