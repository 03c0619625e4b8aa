"""A character-level language model: an embedding of the last characters, one hidden layer, softmax.

It is small enough to read in a minute and is trained by real gradient descent (Adam). The last
tenth of a text is held out: it is never trained on.
"""

from __future__ import annotations

from pathlib import Path
from typing import Self

from slot import np

PARTS = ("embedding", "into_hidden", "hidden_bias", "into_output", "output_bias")
HELD_OUT_SHARE = 10


def read_text(path: str) -> tuple[str, str]:
    """The part to train on and the part held out."""
    return split(Path(path).read_text(encoding="utf-8"))


def split(text: str) -> tuple[str, str]:
    """All but the last tenth, and the last tenth."""
    cut = len(text) - len(text) // HELD_OUT_SHARE
    return text[:cut], text[cut:]


class CharacterModel:
    """Predicts the next character from ``context`` characters before it."""

    def __init__(self, alphabet: str, context: int, parts: dict[str, np.ndarray]) -> None:
        """Take the weights as they are."""
        self.alphabet = alphabet
        self.context = context
        self.parts = parts

    @classmethod
    def fresh(cls, text: str, *, context: int, width: int, rng: np.random.Generator) -> Self:
        """Random small weights; the alphabet is the text's, after a sign for all others."""
        alphabet = "\0" + "".join(sorted(set(text)))
        inner = 16
        shapes = (
            (len(alphabet), inner),
            (context * inner, width),
            (width,),
            (width, len(alphabet)),
            (len(alphabet),),
        )
        scale = (0.3, (context * inner) ** -0.5, 0.0, 0.1 * width**-0.5, 0.0)
        parts = {
            name: (rng.standard_normal(shape) * size).astype(np.float32)
            for name, shape, size in zip(PARTS, shapes, scale, strict=True)
        }
        return cls(alphabet, context, parts)

    @classmethod
    def load(cls, path: str) -> Self:
        """Read a saved model; nothing in the file is executed."""
        with np.load(path, allow_pickle=False) as saved:
            alphabet = "".join(map(chr, saved["alphabet"]))
            return cls(alphabet, int(saved["context"]), {name: saved[name] for name in PARTS})

    def save(self, path: str) -> None:
        """Write the model to a file."""
        alphabet = np.array([ord(character) for character in self.alphabet])
        with Path(path).open("wb") as file:
            np.savez(file, alphabet=alphabet, context=self.context, **self.parts)

    @property
    def weights(self) -> int:
        """How many numbers the model is made of."""
        return sum(part.size for part in self.parts.values())

    def examples(self, text: str) -> tuple[np.ndarray, np.ndarray]:
        """Every context of the text and the character that follows it."""
        number = {character: index for index, character in enumerate(self.alphabet)}
        codes = np.array([number.get(character, 0) for character in text])
        windows = np.lib.stride_tricks.sliding_window_view(codes, self.context + 1)
        return windows[:, :-1], windows[:, -1]

    def nats(self, contexts: np.ndarray, following: np.ndarray) -> np.ndarray:
        """The surprise at each following character, in nats."""
        likely, _, _ = self._forward(contexts)
        return -np.log(likely[np.arange(len(following)), following] + 1e-12)

    def gradient(
        self, contexts: np.ndarray, following: np.ndarray
    ) -> tuple[float, dict[str, np.ndarray]]:
        """The mean surprise, and how it changes with every weight."""
        likely, hidden, inner = self._forward(contexts)
        rows = np.arange(len(following))
        loss = float(-np.log(likely[rows, following] + 1e-12).mean())
        at_output = likely
        at_output[rows, following] -= 1
        at_output /= len(following)
        at_hidden = (at_output @ self.parts["into_output"].T) * (1 - hidden**2)
        at_inner = (at_hidden @ self.parts["into_hidden"].T).reshape(*contexts.shape, -1)
        embedding = np.zeros_like(self.parts["embedding"])
        np.add.at(embedding, contexts, at_inner)
        return loss, {
            "embedding": embedding,
            "into_hidden": inner.T @ at_hidden,
            "hidden_bias": at_hidden.sum(0),
            "into_output": hidden.T @ at_output,
            "output_bias": at_output.sum(0),
        }

    def _forward(self, contexts: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        parts = self.parts
        inner = parts["embedding"][contexts].reshape(len(contexts), -1)
        hidden = np.tanh(inner @ parts["into_hidden"] + parts["hidden_bias"])
        scores = hidden @ parts["into_output"] + parts["output_bias"]
        scores -= scores.max(1, keepdims=True)
        likely = np.exp(scores)
        likely /= likely.sum(1, keepdims=True)
        return likely, hidden, inner


class Adam:
    """Gradient descent with momentum and a step size for each weight (Kingma and Ba, 2015)."""

    def __init__(self, parts: dict[str, np.ndarray], rate: float) -> None:
        """Start without momentum."""
        self.rate = rate
        self.steps = 0
        self.mean = {name: np.zeros_like(part) for name, part in parts.items()}
        self.square = {name: np.zeros_like(part) for name, part in parts.items()}

    def step(self, parts: dict[str, np.ndarray], gradient: dict[str, np.ndarray]) -> None:
        """Move the weights a little downhill."""
        self.steps += 1
        for name, slope in gradient.items():
            self.mean[name] += 0.1 * (slope - self.mean[name])
            self.square[name] += 0.01 * (slope**2 - self.square[name])
            mean = self.mean[name] / (1 - 0.9**self.steps)
            square = self.square[name] / (1 - 0.99**self.steps)
            parts[name] -= self.rate * mean / (np.sqrt(square) + 1e-8)
