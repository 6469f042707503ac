"""The uses of every word of a corpus, kept on disk and found by sense: `senselens.Index`."""
