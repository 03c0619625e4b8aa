"""Search the most stable arrangement of a cluster of atoms under the Lennard-Jones potential.

Basin hopping (Wales and Doye, 1997): shake all atoms, slide downhill, keep what is not much worse.
For 7 and 13 atoms the answer is known (-16.505384 and -44.326801 in units of the well's depth), so
the result can be checked.

    praya run --award CODE --cards 1 --time 5m -- python material_screen.py --atoms 13
"""

import argparse

from slot import np, progress, result

AT_REST = 1e-6  # a force below which a cluster counts as settled
PATIENCE = 5  # good steps before the pace is raised
KNOWN = {2: -1.0, 3: -3.0, 4: -6.0, 7: -16.505384, 13: -44.326801}


def energy_and_force(places: np.ndarray) -> tuple[float, np.ndarray]:
    """The potential energy of the cluster and the force on every atom."""
    apart = places[:, None] - places[None]
    square = (apart**2).sum(-1)
    np.fill_diagonal(square, np.inf)
    sixth = square**-3
    energy = 2 * (sixth**2 - sixth).sum()
    force = (24 * (2 * sixth**2 - sixth) / square)[..., None] * apart
    return float(energy), force.sum(1)


def downhill(places: np.ndarray, *, steps: int = 3000) -> tuple[float, np.ndarray]:
    """Slide to the nearest stable arrangement (FIRE, Bitzek and others, 2006)."""
    speed, pace, mixing, good = np.zeros_like(places), 0.005, 0.1, 0
    for _ in range(steps):
        energy, force = energy_and_force(places)
        size = np.sqrt((force**2).sum())
        if size < AT_REST:
            break
        if (force * speed).sum() > 0:
            speed = (1 - mixing) * speed + mixing * force / size * np.sqrt((speed**2).sum())
            good += 1
            if good > PATIENCE:
                pace, mixing = min(pace * 1.1, 0.03), mixing * 0.99
        else:
            speed, pace, mixing, good = np.zeros_like(places), pace * 0.5, 0.1, 0
        speed = speed + pace * force
        move = pace * speed
        places = places + np.clip(move, -0.1, 0.1)
    return energy, places


def main() -> None:
    """Hop from basin to basin and say which was the deepest."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--atoms", type=int, default=13)
    parser.add_argument("--hops", type=int, default=400)
    parser.add_argument("--warmth", type=float, default=0.8)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()

    rng = np.random.default_rng(chosen.seed)
    radius = chosen.atoms ** (1 / 3)
    here, places = downhill(rng.uniform(-radius, radius, (chosen.atoms, 3)))
    best, found_at = here, 0
    for hop in range(1, chosen.hops + 1):
        there, moved = downhill(places + rng.uniform(-0.4, 0.4, places.shape))
        if there < here or rng.random() < np.exp((here - there) / chosen.warmth):
            here, places = there, moved
        if here < best - 1e-9:
            best, found_at = here, hop
        if hop % max(chosen.hops // 10, 1) == 0:
            progress(f"hop {hop:>5} of {chosen.hops}   deepest {best:.6f}")
    known = KNOWN.get(chosen.atoms)
    result(
        job="material_screen",
        atoms=chosen.atoms,
        hops=chosen.hops,
        energy=round(best, 6),
        found_at_hop=found_at,
        known_energy=known,
        above_known=None if known is None else round(best - known, 5) + 0.0,
    )


if __name__ == "__main__":
    main()
