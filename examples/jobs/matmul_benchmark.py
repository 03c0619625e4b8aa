"""Measure how fast a slot multiplies matrices: median GFLOP/s over repeats, after a warm-up.

A product of two n by n matrices counts 2 n^3 operations. One thread, single precision.

    praya run --award CODE --cards 1 --time 5m -- python matmul_benchmark.py --size 1024
"""

import argparse
import time

from slot import np, progress, result


def main() -> None:
    """Warm up, measure, and say how much the measurements differ."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=1024)
    parser.add_argument("--repeats", type=int, default=120)
    parser.add_argument("--warm-up", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()

    rng = np.random.default_rng(chosen.seed)
    left = rng.standard_normal((chosen.size, chosen.size), dtype=np.float32)
    right = rng.standard_normal((chosen.size, chosen.size), dtype=np.float32)
    for _ in range(chosen.warm_up):
        product = left @ right
    speeds = []
    for repeat in range(1, chosen.repeats + 1):
        began = time.perf_counter()
        np.matmul(left, right, out=product)
        speeds.append(2 * chosen.size**3 / (time.perf_counter() - began) / 1e9)
        if repeat % max(chosen.repeats // 5, 1) == 0:
            progress(f"repeat {repeat:>4} of {chosen.repeats}   {speeds[-1]:.1f} GFLOP/s")
    # A fast wrong answer is none: one row is recomputed in double precision.
    exact = left[0].astype(np.float64) @ right.astype(np.float64)
    low, median, high = np.quantile(speeds, (0.25, 0.5, 0.75))
    result(
        job="matmul_benchmark",
        size=chosen.size,
        repeats=chosen.repeats,
        median_gflop_per_s=round(float(median), 2),
        middle_half=[round(float(low), 2), round(float(high), 2)],
        largest_error=float(np.abs(product[0] - exact).max()),
    )


if __name__ == "__main__":
    main()
