"""What is known of models that their weights do not say, as a table: by a row's name, an architecture or a family."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from senselens.cards import Card


@dataclass(frozen=True, slots=True)
class Facts:
    """What a model was trained to do, which way it reads, what it has vectors for, what it does with unknown words, since when.

    *parameters* is None where a loaded model can be asked.
    """

    objective: str
    direction: str
    granularity: str
    unknown_words: str
    year: int | None
    parameters: int | None = None

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


NEXT, MASKED, SENTENCES = "the next piece", "masked words", "sentence tasks"
LEFT, BOTH, ORDERLESS = "left to right", "both sides at once", "none: word order is lost"
WORDPIECE, BPE, UNIGRAM = "word pieces (WordPiece)", "word pieces (byte-level BPE)", "word pieces (SentencePiece)"
WORDS = "words, one vector each"
CUT, BYTES, NOTHING = "cut into known pieces", "cut down to bytes at worst: none is unknown", "have no vector"
CHARACTERS, UNSAID = "read by their characters", "its paper does not say"

FACTS = {
    # rows whose architecture says too little
    "mini": Facts("masked words, next sentence, word senses", BOTH, WORDPIECE, CUT, 2026, 22_893_116),
    "distilgpt2": Facts("the next piece, distilled from GPT-2", LEFT, BPE, BYTES, 2019),
    "smollm2": Facts("the next piece, then instructions", LEFT, BPE, BYTES, 2024),
    "glove": Facts("counts of words near each other", ORDERLESS, WORDS, NOTHING, 2014),
    "use": Facts(SENTENCES, "up to nine pieces at once, then summed", "sentences", CUT, 2019, 68_927_232),
    "use-lite": Facts(SENTENCES, BOTH, "sentences", CUT, 2018, 6_975_877),
    "use-dan": Facts(SENTENCES, "words and pairs of words, averaged", "sentences", UNSAID, 2018, 256_797_824),
    "use-transformer": Facts(SENTENCES, BOTH, "sentences", UNSAID, 2018),
    "word2vec": Facts("the words around a word", ORDERLESS, WORDS, NOTHING, 2013),
    "fasttext": Facts("the words around a word", ORDERLESS, WORDS, "built from their character n-grams", 2016),
    "model2vec": Facts("a sentence model's outputs, distilled", ORDERLESS, "word pieces, one vector each", CUT, 2024),
    # architectures of transformers
    "bert": Facts("masked words, next sentence", BOTH, WORDPIECE, CUT, 2018),
    "distilbert": Facts("masked words, distilled from BERT", BOTH, WORDPIECE, CUT, 2019),
    "roberta": Facts(MASKED, BOTH, BPE, BYTES, 2019),
    "xlm-roberta": Facts(MASKED, BOTH, UNIGRAM, CUT, 2019),
    "albert": Facts("masked words, sentence order", BOTH, UNIGRAM, CUT, 2019),
    "electra": Facts("which words were replaced", BOTH, WORDPIECE, CUT, 2020),
    "deberta": Facts(MASKED, BOTH, BPE, BYTES, 2020),
    "deberta-v2": Facts("masked words (v3: which words were replaced)", BOTH, UNIGRAM, CUT, 2021),
    "modernbert": Facts(MASKED, BOTH, BPE, BYTES, 2024),
    "gpt2": Facts(NEXT, LEFT, BPE, BYTES, 2019),
    "gpt_neo": Facts(NEXT, LEFT, BPE, BYTES, 2021),
    "gpt_neox": Facts(NEXT, LEFT, BPE, BYTES, 2022),
    "opt": Facts(NEXT, LEFT, BPE, BYTES, 2022),
    "bloom": Facts(NEXT, LEFT, BPE, BYTES, 2022),
    "llama": Facts(NEXT, LEFT, "word pieces (BPE)", BYTES, 2023),
    "mistral": Facts(NEXT, LEFT, "word pieces (BPE)", BYTES, 2023),
    "qwen2": Facts(NEXT, LEFT, BPE, BYTES, 2024),
    # families
    "static": Facts("the words around a word", ORDERLESS, WORDS, NOTHING, None),
    "elmo": Facts("the next and the previous word", "both ways, each by itself", "words from characters", CHARACTERS, 2018),
    "causal": Facts(NEXT, LEFT, "word pieces", CUT, None),
}
BERTS = ("bert-base-uncased", "bert-large-uncased", "bert-base-multilingual-cased")
ROWS = {  # of the registry, whose name is not their architecture's, or that were trained further
    **dict.fromkeys(BERTS, FACTS["bert"]),
    "distilbert-base-uncased": FACTS["distilbert"],
    "roberta-base": FACTS["roberta"],
    "deberta": Facts("which words were replaced", BOTH, UNIGRAM, CUT, 2021),
    "biobert": Facts("masked words, next sentence, on PubMed", BOTH, WORDPIECE, CUT, 2019),
    "scibert": Facts("masked words, next sentence, on scientific papers", BOTH, WORDPIECE, CUT, 2019),
    "finbert": Facts("masked words, next sentence, on company reports", BOTH, WORDPIECE, CUT, 2020),
    "distilbert-squad": Facts("masked words, distilled from BERT, then answers in a text", BOTH, WORDPIECE, CUT, 2019),
    "roberta-squad2": Facts("masked words, then answers in a text", BOTH, BPE, BYTES, 2020),
    "distilbert-sst2": Facts("masked words, distilled from BERT, then sentiment", BOTH, WORDPIECE, CUT, 2020),
    "finbert-sentiment": Facts("masked words, then on financial news, then sentiment", BOTH, WORDPIECE, CUT, 2019),
}
BY_CAPABILITY = {  # for a model that no row, architecture or family above describes
    "next-word": Facts(NEXT, LEFT, "word pieces", CUT, None),
    "masked": Facts(MASKED, BOTH, "word pieces", CUT, None),
    "vectors": Facts("not known", "not known", "word pieces", "not known", None),
    "sentence": Facts("not known", "not known", "sentences", "not known", None),
}


def facts_of(card: Card) -> Facts:
    """The facts for a *card*: of its row, of its architecture (`about`, for a loaded checkpoint), or of its family."""
    if card.name in ROWS:
        return ROWS[card.name]
    named = next((FACTS[key] for key in (card.name, card.about, card.family) if key in FACTS), None)
    return named or next((facts for can, facts in BY_CAPABILITY.items() if can in card.capabilities), BY_CAPABILITY["sentence"])
