"""Who means no good: a central that attacks units, and units that attack a home.

For tests only. ``central.ATTACKS`` goes through section 6 of the profile; ``peripheral``
makes one of the simulated boots say what no unit would.
"""
