"""What each library does for each task. A contestant runs in a process of its own, in the Python that has its library.

    python -m bench.peers.contestants NAME FOLDER ELMO     # then a line of JSON for each turn: {"task": …, "texts": […]}

FOLDER is `mini` as an ordinary transformers folder, ELMO a folder of the official files. A turn is answered by the seconds
it took. The library is loaded and warmed up before the first turn.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

Task = Callable[[Sequence[str]], object]
THREADS = os.cpu_count() or 1
BATCH = 32
VECTORS, MASKED, SENTENCES, ELMO = "vectors of each word", "masked words", "vectors of sentences", "ELMo"


def senselens(folder: str, elmo: str, precision: str = "fp32") -> dict[str, Task]:
    import senselens as sl

    model = sl.load("mini", precision)
    found: dict[str, Task] = {
        VECTORS: lambda texts: model.encode(list(texts)),
        MASKED: lambda texts: model.predict_words([(text, word) for text in texts for word in sl.words(text)]),
        SENTENCES: lambda texts: model.embed(list(texts)),
    }
    if precision == "fp32":
        found[ELMO] = lambda texts: sl.load("elmo").encode(list(texts))
    return found


def senselens_int8(folder: str, elmo: str) -> dict[str, Task]:
    return senselens(folder, elmo, "int8")


def senselens_static(folder: str, elmo: str) -> dict[str, Task]:
    """The input layer alone, as a table: what there is to gain by leaving the network out."""
    from model2vec import StaticModel
    from safetensors.numpy import load_file
    from tokenizers import Tokenizer

    table = load_file(Path(folder) / "model.safetensors")["bert.embeddings.word_embeddings.weight"]
    static = StaticModel(table, Tokenizer.from_file(str(Path(folder) / "tokenizer.json")))
    return {SENTENCES: lambda texts: static.encode(list(texts))}


def pipelines(folder: str, elmo: str) -> dict[str, Task]:
    """transformers' own. The vectors are those of the last layer and of pieces: it has no others."""
    import torch
    from transformers import pipeline, utils

    torch.set_num_threads(THREADS)
    utils.logging.set_verbosity_error()
    features = pipeline("feature-extraction", model=folder, tokenizer=folder)
    fill = pipeline("fill-mask", model=folder, tokenizer=folder)

    def masked(texts: Sequence[str]) -> object:
        hidden = [" ".join([*w[:i], "[MASK]", *w[i + 1 :]]) for w in (text.split() for text in texts) for i in range(len(w))]
        return fill(hidden, batch_size=BATCH)

    return {VECTORS: lambda texts: features(list(texts), batch_size=BATCH), MASKED: masked}


def sentence_transformers(folder: str, elmo: str) -> dict[str, Task]:
    """Its token embeddings are the last layer's, of pieces."""
    import torch
    from sentence_transformers import SentenceTransformer, models

    torch.set_num_threads(THREADS)
    encoder = models.Transformer(folder)
    model = SentenceTransformer(modules=[encoder, models.Pooling(encoder.get_word_embedding_dimension())], device="cpu")
    return {
        VECTORS: lambda texts: model.encode(list(texts), output_value="token_embeddings", batch_size=BATCH),
        SENTENCES: lambda texts: model.encode(list(texts), batch_size=BATCH),
    }


def flair(folder: str, elmo: str) -> dict[str, Task]:
    import torch
    from flair.data import Sentence
    from flair.embeddings import TransformerWordEmbeddings

    torch.set_num_threads(THREADS)
    model = TransformerWordEmbeddings(folder, layers="all", layer_mean=False, subtoken_pooling="mean", fine_tune=False)

    def vectors(texts: Sequence[str]) -> object:
        ordered = sorted(texts, key=len)
        return [model.embed([Sentence(t) for t in ordered[at : at + BATCH]]) for at in range(0, len(ordered), BATCH)]

    return {VECTORS: vectors}


def minicons(folder: str, elmo: str) -> dict[str, Task]:
    """A word is asked for by its place, so a sentence is read once for each of its words."""
    import torch
    from minicons import cwe, scorer

    torch.set_num_threads(THREADS)
    model, masked = cwe.CWE(folder, device="cpu"), scorer.MaskedLMScorer(folder, "cpu")

    def vectors(texts: Sequence[str]) -> object:
        words = [(text, found.span()) for text in texts for found in re.finditer(r"\w+", text)]
        return [model.extract_representation(words[at : at + BATCH], layer="all") for at in range(0, len(words), BATCH)]

    return {VECTORS: vectors, MASKED: lambda texts: [masked.token_score([text]) for text in texts]}


def simple_elmo(folder: str, elmo: str) -> dict[str, Task]:
    """It needs the LSTM cells of Keras 2."""
    os.environ["TF_USE_LEGACY_KERAS"] = "1"
    from simple_elmo import ElmoModel

    model = ElmoModel()
    model.load(elmo)
    return {ELMO: lambda texts: model.get_elmo_vectors([text.split() for text in texts], layers="all")}


CONTESTANTS: dict[str, Callable[[str, str], dict[str, Task]]] = {
    "senselens": senselens,
    "senselens, eight bits": senselens_int8,
    "transformers' pipelines": pipelines,
    "sentence-transformers": sentence_transformers,
    "flair": flair,
    "minicons": minicons,
    "simple_elmo": simple_elmo,
    "model2vec": senselens_static,
}


def main() -> None:
    name, folder, elmo = sys.argv[1:]
    out, sys.stdout = sys.stdout, sys.stderr  # libraries talk
    tasks = CONTESTANTS[name](folder, elmo)
    print(json.dumps(list(tasks)), file=out, flush=True)
    for line in sys.stdin:
        asked: dict[str, Any] = json.loads(line)
        began = time.perf_counter()
        tasks[asked["task"]](asked["texts"])
        print(time.perf_counter() - began, file=out, flush=True)


if __name__ == "__main__":
    main()
