"""How much the integration costs, against the same thing done without it.

``script/bench`` runs everything; docs/bench.md says how each figure is measured.
"""
