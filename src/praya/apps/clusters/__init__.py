"""Machines: device models, clusters, partitions and what is in service when."""
