"""Tests of the integration in a Home Assistant of this process."""
