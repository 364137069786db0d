"""An imitation of Koha's REST API (`/api/v1`): signing in, patrons, checkouts and renewals."""
