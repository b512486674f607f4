"""Virtual boots on a virtual radio, for development and tests; never shipped."""
