"""Tests of the driver for FlowIO, against the simulated device."""
