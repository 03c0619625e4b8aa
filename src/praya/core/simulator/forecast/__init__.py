"""What the machines will do: many seeded runs of the full model, told as bands.

``question`` says what is asked and ``answer`` what is told, both frozen and both plain JSON by
``plain``. ``changes`` turn one question into another; ``asking`` runs base and variant on the same
seeds. ``scoring`` says how well earlier forecasts held, and ``calibration`` mends the next by that.
"""
