"""Senselens beside its peers: the same weights, the same texts, the same threads, by turns."""
