"""From a request to who asks, for applications that want our accounts as their security policy."""
