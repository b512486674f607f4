"""The Open Boots Profile's checklist, by rule number, against a peripheral.

``script/conform`` runs it: against a simulated unit, or over a real adapter. It sees
a unit as any controller does, through a plain bleak client, and has at most a hand on
its buttons and, in the simulator, on its power and its sensors.
"""
