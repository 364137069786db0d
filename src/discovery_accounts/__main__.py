"""``python -m discovery_accounts``: the same as the command ``discovery-accounts``."""

from discovery_accounts.cli import main

if __name__ == "__main__":
    main()
