"""Text settings become frozen objects here; every fault is reported at once.

``reader.read_settings`` is the way in. ``keys.Key`` and ``keys.read_keys`` are also what a
connector or a login declares and reads its own keys with.
"""
