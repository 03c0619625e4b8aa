"""The words of Praya: codes, refusals, states and quantities turned into sentences and documents.

Shared by the faces, below them and above the apps.
"""
