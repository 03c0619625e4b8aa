"""One trip to PostgreSQL: statements sent in one message, whose answers come back together.

psycopg's own pipeline sends each statement as it comes, and the server wakes up for each. Here
libpq gathers them first. They are prepared once for each connection; each still has a snapshot of
its own, taken when the one before it has ended.
"""

from __future__ import annotations

from functools import cache
from itertools import count
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from psycopg import Connection, errors, generators
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq import ExecStatus, TransactionStatus

if TYPE_CHECKING:
    from collections.abc import Sequence

    from psycopg.abc import PQGen
    from psycopg.pq.abc import PGresult

    from praya.apps.books.sql import Row, Statement

_BEGIN: Statement = ("BEGIN", ())
_PARAMETERS_KEPT = 64  # a longer statement is seldom met again, so it is prepared each time
_numbers = count(1)
_names: WeakKeyDictionary[Connection[Any], dict[str, bytes]] = WeakKeyDictionary()


def in_one_trip(server: Connection[Any], statements: Sequence[Statement]) -> list[list[Row]]:
    """Run statements in their order; the rows that each answered.

    As with psycopg, a transaction begins here if none has, unless the connection commits by itself.
    """
    values = Transformer.from_context(server)
    begins = server.pgconn.transaction_status == TransactionStatus.IDLE and not server.autocommit
    asked = [
        (text, values.dump_sequence(parameters, [PyFormat.TEXT] * len(parameters)))
        for text, parameters in ([_BEGIN, *statements] if begins else statements)
    ]
    try:
        answers = server.wait(_answers(server, asked))
    except BaseException:
        server.close()  # answers that nobody took would be taken for those of the next trip
        raise
    for answer in answers:
        if answer.status == ExecStatus.FATAL_ERROR:
            raise errors.error_from_result(answer)
    rows = []
    for answer in answers[1:] if begins else answers:
        values.set_pgresult(answer)
        rows.append(values.load_rows(0, answer.ntuples, tuple))
    return rows


def _answers(
    server: Connection[Any], asked: Sequence[tuple[str, Sequence[Any]]]
) -> PQGen[list[PGresult]]:
    """What each statement was answered; after one that failed no other was run."""
    link, names = server.pgconn, _names.setdefault(server, {})
    sent = []
    link.enter_pipeline_mode()
    for text, parameters in asked:
        name = names.get(text)
        if name is None:
            name = b"" if len(parameters) > _PARAMETERS_KEPT else b"praya_%d" % next(_numbers)
            link.send_prepare(name, _numbered(text))
        link.send_query_prepared(name, parameters)
        sent.append((text, name))
    link.pipeline_sync()
    yield from generators.send(link)
    answers = []
    for text, name in sent:
        [answer] = yield from generators.fetch_many(link)
        if names.get(text) != name:
            prepared = answer
            [answer] = yield from generators.fetch_many(link)
            if prepared.status != ExecStatus.COMMAND_OK:
                answer = prepared
            elif name:
                names[text] = name
        answers.append(answer)
    yield from generators.fetch_many(link)  # the end of the message
    link.exit_pipeline_mode()
    return answers


@cache
def _numbered(text: str) -> bytes:
    """A statement with its parameters numbered, as PostgreSQL wants them."""
    first, *others = text.split("%s")
    return (first + "".join(f"${number}{rest}" for number, rest in enumerate(others, 1))).encode()
