"""The question on the wearer's phone, and who answers it."""
