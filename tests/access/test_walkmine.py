import pytest
from tests.access import table, walk
from tests.access.walk import Walker
def thing_of(method,address):
    if "/debts/<debt_id>" in address: return ["debt"]
    if "/changes/<change_id>" in address: return ["change"]
    if "notices/<notice_id>" in address: return ["notice"]
    if address.endswith("/applications/<code>/offer"): return ["waiting"]
    if "<application_code>" in address: return ["waiting-case"]
    if "waiting-list" in address or address.endswith("/debts/") or address.endswith("/debts"): return ["programme"]
    if address in ("/changes/","/api/v1/changes"): return ["site"]
    return ["award"]
MINE=("/changes","debt","waiting","/notice/","notices/<notice_id>","awards/<code>/notices","acknowledge","<code>/offer")
@pytest.mark.django_db
def test_walk(now, place):
    walker=Walker(place)
    have={(m,a) for m,a,_ in table.read()}
    out=[]
    for method,address in sorted(walk.addresses()-have, key=lambda k:k[1]):
        if not any(w in address for w in MINE): continue
        for t in thing_of(method,address):
            out.append(table.written((method,address,t), walker.row(method,address,t)))
    __import__("pathlib").Path("/tmp/rows.txt").write_text("\n".join(out)+"\n")
