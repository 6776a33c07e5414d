"""What the scripts of this folder share: where the daemon is, what its document promises, and whether an answer keeps it."""
