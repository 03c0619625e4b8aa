"""The programme file: the rules of a programme as data, and what follows from them on paper."""
