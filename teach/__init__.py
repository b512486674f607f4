"""Making a definition of boots that nobody has documented, from what was recorded.

A tool for the person who writes the definition; nothing that is shipped imports it.
``python -m teach`` says what it can do, docs/teach-your-boots.md how it is used.
"""
