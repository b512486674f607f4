"""The fault matrix: what goes wrong, end to end, and what is seen then.

Every row is a fault on a real ``hass`` process with the stock ``bluetooth`` and
``esphome`` integrations, virtual proxies and virtual boots; the simulator's witness
judges. It stands beside ``bench`` rather than below ``tests``, because like that it is
for a person at a terminal (``script/faults``) and prints one table; pytest
(``tests/e2e/test_faults.py``) runs this very program and names the rows that are wrong.
"""
