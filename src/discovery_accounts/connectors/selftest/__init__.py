"""The self-test of a library: from its settings over name, line and certificate to the loans of a test card."""
