"""Train a small character-level language model on a text that ships with Praya.

Prints the loss as it falls, and beside it the loss on a tenth of the text that is watched but not
learnt from. The weights that did best there are kept, so that learning a short text by heart is no
gain. The last line tells the perplexity on another tenth that was held out throughout.

    praya run --award CODE --cards 1 --time 5m -- python train_char_lm.py --steps 4000
"""

import argparse
import time
from pathlib import Path

from character_model import Adam, CharacterModel, read_text, split
from slot import np, progress, result

TEXT = Path(__file__).with_name("text") / "alice.txt"


def main() -> None:
    """Train, save, and say what was reached."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--text", default=str(TEXT))
    parser.add_argument("--steps", type=int, default=4000)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--context", type=int, default=6)
    parser.add_argument("--width", type=int, default=96)
    parser.add_argument("--rate", type=float, default=0.002)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--save", default="model.npz")
    chosen = parser.parse_args()

    rng = np.random.default_rng(chosen.seed)
    text, held_out = read_text(chosen.text)
    text, watched = split(text)
    model = CharacterModel.fresh(text, context=chosen.context, width=chosen.width, rng=rng)
    contexts, following = model.examples(text)
    adam = Adam(model.parts, chosen.rate)
    progress(f"{len(text)} characters, {len(model.alphabet)} different, {model.weights} weights")

    every = max(chosen.steps // 20, 1)
    watching = model.examples(watched)
    best, best_parts, losses = float("inf"), model.parts, []
    began = time.perf_counter()
    for step in range(1, chosen.steps + 1):
        batch = rng.integers(0, len(following), chosen.batch)
        loss, gradient = model.gradient(contexts[batch], following[batch])
        adam.step(model.parts, gradient)
        losses.append(loss)
        if step % every == 0:
            watched_loss = float(model.nats(*watching).mean())
            if watched_loss < best:
                best, best_step = watched_loss, step
                best_parts = {name: part.copy() for name, part in model.parts.items()}
            recent = np.mean(losses[-every:])
            progress(
                f"step {step:>6} of {chosen.steps}   loss {recent:.3f} watched {watched_loss:.3f}"
            )

    seconds = time.perf_counter() - began
    model.parts = best_parts
    model.save(chosen.save)
    result(
        job="train_char_lm",
        steps=chosen.steps,
        weights=model.weights,
        first_loss=round(losses[0], 4),
        last_loss=round(float(np.mean(losses[-20:])), 4),
        kept_step=best_step,
        watched_loss=round(best, 4),
        held_out_perplexity=round(float(np.exp(model.nats(*model.examples(held_out)).mean())), 3),
        characters_per_s=round(chosen.steps * chosen.batch / seconds),
        model=str(Path(chosen.save).resolve()),
    )


if __name__ == "__main__":
    main()
