"""An imitation of Alma's user and loan API (`/almaws/v1`): XML by default, JSON when asked for."""
