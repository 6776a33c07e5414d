"""The way through the contract's operations with the helper library, a file for each part of it."""
