"""The audit as a chain: whoever changes it afterwards is found out (rules 9.4), whoever is erased is forgotten."""
