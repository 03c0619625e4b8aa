"""Packing: tasks come one by one, each is placed for good or turned away. What rule wastes least?

``model`` is nodes, tasks and rules; ``kernels`` place them, ``twin`` is the same in plain Python.
"""
