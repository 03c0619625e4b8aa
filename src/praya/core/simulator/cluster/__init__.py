"""The full model: gang jobs on nodes, awards, fair share, backfill, and all that hinders.

``model`` and ``jobs`` say what goes in, ``simulate`` runs it, ``outcome`` is what comes out. The
rules are those of ``praya.core.scheduling``: ``twin`` asks that policy at every instant, and
``kernels`` do the same some thousand times faster; the two must agree to the second and the node.
"""
