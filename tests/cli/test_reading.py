"""Files of answers that cannot be read."""

from __future__ import annotations

import pytest

from praya.cli.reading import fields_of
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
