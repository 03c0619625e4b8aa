"""Files of answers that cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from praya.cli.reading import content_of, fields_of, pairs_of
from praya.cli.trouble import Trouble

NO_YAML = (
    "it cannot be read as YAML or JSON from here on. Check indentation, quotation marks and "
    "brackets."
)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            b"title: 'Maps\nlines: []\n",
            "{file}:3:1: " + NO_YAML,
        ),
        (b"title: \xff\n", "{file} is no text in UTF-8, or holds characters that cannot be seen."),
        (b"title: \x01\n", "{file} is no text in UTF-8, or holds characters that cannot be seen."),
        (b"- a\n", "{file} holds no “name: value” lines."),
        (None, "{file} cannot be read: No such file or directory"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_in_our_own_words(tmp_path, content, said):
    file = tmp_path / "answers.yaml"
    if content is not None:
        file.write_bytes(content)

    with pytest.raises(Trouble) as caught:
        fields_of(file)

    assert str(caught.value) == said.format(file=file)


def test_a_file_without_an_end_is_not_read_to_it():
    endless = Path("/dev/zero")

    with pytest.raises(Trouble) as answers:
        fields_of(endless)
    with pytest.raises(Trouble) as content:
        content_of(endless, kib_max=512)

    assert str(answers.value) == "/dev/zero is too large to be a file of answers."
    assert str(content.value) == "/dev/zero has more than 512 KiB, so it was not read."


def test_a_table_without_an_end_is_not_read_to_it():
    with Path("/dev/zero").open(encoding="utf-8") as endless, pytest.raises(Trouble) as caught:
        list(pairs_of(endless))

    assert str(caught.value) == "/dev/zero has more than 2048 KiB, so it was not read."


def test_a_table_is_read_line_by_line_and_a_quoted_field_keeps_its_break(tmp_path):
    file = tmp_path / "names.csv"
    file.write_text('a, b,c\nalone\n"x\ny",z\n')

    with file.open(encoding="utf-8") as table:
        assert list(pairs_of(table)) == [("a", "b"), ("x\ny", "z")]
