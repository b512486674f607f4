"""The device side of the Open Boots Profile, in the subset that MicroPython runs.

No clock, no radio and no valve in here: whoever owns them passes them in. See
README.md for how it runs on an ESP32; the simulator runs it under CPython.
"""
