"""The kit for those who write a connector: recorded answers to replay, and a contract suite to pass."""
