"""The pages people see. Each view reads a form, calls one service and shows what came of it."""
