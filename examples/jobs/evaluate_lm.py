"""Measure a saved character model on held-out text, with a confidence interval.

Bits per character are averaged over the held-out tenth of the text. The interval is a bootstrap
over blocks of neighbouring characters, since neighbours are not independent.

    praya run --award CODE --cards 1 --time 5m -- python evaluate_lm.py --model model.npz
"""

import argparse
from pathlib import Path

from character_model import CharacterModel, read_text
from slot import np, progress, result

TEXT = Path(__file__).with_name("text") / "alice.txt"


def main() -> None:
    """Evaluate and say how sure the figure is."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", required=True)
    parser.add_argument("--text", default=str(TEXT))
    parser.add_argument("--resamples", type=int, default=2_000_000)
    parser.add_argument("--block", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()

    model = CharacterModel.load(chosen.model)
    _, held_out = read_text(chosen.text)
    bits = model.nats(*model.examples(held_out)) / np.log(2)
    whole = len(bits) // chosen.block * chosen.block
    blocks = bits[:whole].reshape(-1, chosen.block).mean(1)
    progress(f"{whole} characters in {len(blocks)} blocks")

    rng, means = np.random.default_rng(chosen.seed), []
    for part in range(10):
        drawn = rng.integers(0, len(blocks), (max(chosen.resamples // 10, 1), len(blocks)))
        means.append(blocks[drawn].mean(1))
        progress(f"resampled {(part + 1) * 10} %")
    low, high = np.quantile(np.concatenate(means), (0.025, 0.975))
    result(
        job="evaluate_lm",
        characters=whole,
        bits_per_character=round(float(blocks.mean()), 4),
        interval_95=[round(float(low), 4), round(float(high), 4)],
        resamples=len(means) * len(means[0]),
    )


if __name__ == "__main__":
    main()
