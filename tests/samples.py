"""Texts that several tests read."""

BANKS = {
    "money": "I deposited money at the bank",
    "river": "We sat by the river bank",
    "plane": "The plane will bank left",
    "cash": "She withdrew cash from the bank",
}
LECTURE = ("The cat sat on the mat.", "A feline rested on the rug.", "The dog ran in the park.", "I love machine learning.")
