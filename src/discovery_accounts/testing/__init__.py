"""The kit for those who write a connector or a way of signing in: recorded answers, and contract suites to pass."""
