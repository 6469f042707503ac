"""GGUF files written here with the package gguf: the model in them is the one that was written."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import pytest
import torch
from conftest import Without
from gguf import GGMLQuantizationType as Kind
from tiny_causal import LLAMA, causal_model
from transformers import Qwen2Tokenizer

import senselens as sl
from senselens.gguf_file import GgufFile
from senselens.gguf_model import BLOCK, QWEN2, TENSORS

TEXT = "The naïve cat sat by the river bank 😀, and 15 dogs didn't."
NAMES = {theirs: ours for ours, theirs in (TENSORS | BLOCK).items()}
Change = Callable[[dict[str, Any], dict[str, Any]], None]


def ggufs_name(name: str) -> str:
    """``model.layers.2.self_attn.q_proj.bias`` is ``blk.2.attn_q.bias`` there."""
    stem, _, kind = name.rpartition(".")
    if not stem.startswith("model.layers."):
        return f"{NAMES[stem]}.{kind}"
    _, _, number, rest = stem.split(".", 3)
    return f"blk.{number}.{NAMES[rest]}.{kind}"


def permuted(weights: np.ndarray, heads: int) -> np.ndarray:
    """As llama.cpp's conversion orders a llama's query and key rows."""
    return weights.reshape(heads, 2, -1, *weights.shape[1:]).swapaxes(1, 2).reshape(weights.shape)


class Written:
    """A tiny model, and the file that it is written to; *change* edits the facts and tensors before."""

    def __init__(self, path: Path, kind: str = "llama", store: Kind = Kind.F32, change: Change | None = None) -> None:
        self.model, self.tokenizer, _ = causal_model("llama-bytes" if kind == "llama" else "qwen2")
        config, state = self.model.config, self.model.state_dict()
        size = config.vocab_size
        self.pieces = [self.tokenizer.id_to_token(i) or f"<unused{i}>" for i in range(size)]
        merges = json.loads(self.tokenizer.to_str())["model"]["merges"]
        facts: dict[str, Any] = {
            f"{kind}.block_count": config.num_hidden_layers,
            f"{kind}.context_length": 64,
            f"{kind}.embedding_length": config.hidden_size,
            f"{kind}.feed_forward_length": config.intermediate_size,
            f"{kind}.attention.head_count": config.num_attention_heads,
            f"{kind}.attention.head_count_kv": config.num_key_value_heads,
            f"{kind}.attention.layer_norm_rms_epsilon": config.rms_norm_eps,
            f"{kind}.rope.freq_base": config.rope_parameters["rope_theta"],
            f"{kind}.rope.dimension_count": config.head_dim if kind == "llama" else 8,
            "tokenizer.ggml.model": "gpt2",
            "tokenizer.ggml.pre": "gpt-2",
            "tokenizer.ggml.tokens": self.pieces,
            "tokenizer.ggml.token_type": [3, *(4 if p.startswith("<unused") else 1 for p in self.pieces[1:])],
            "tokenizer.ggml.merges": [" ".join(m) for m in merges],
            "tokenizer.ggml.bos_token_id": 0,
            "tokenizer.ggml.eos_token_id": 0,
            "general.alignment": 32,
        }
        tensors = {}
        for name, tensor in state.items():
            weights = tensor.numpy()
            if kind == "llama" and (".q_proj." in name or ".k_proj." in name):
                weights = permuted(weights, LLAMA["num_attention_heads" if ".q_" in name else "num_key_value_heads"])
            if name != "lm_head.weight" or not config.tie_word_embeddings:
                tensors[ggufs_name(name)] = weights
        if change:
            change(facts, tensors)
        writer = gguf.GGUFWriter(path, facts.pop("architecture", kind))
        for key, value in facts.items():
            if isinstance(value, float):
                writer.add_float32(key, value)
            elif isinstance(value, str):
                writer.add_string(key, value)
            elif isinstance(value, list):
                writer.add_array(key, value)
            else:
                writer.add_uint32(key, value)
        for name, weights in tensors.items():
            keep = weights.ndim == 1 or weights.shape[-1] % 32
            packed = weights if keep else gguf.quants.quantize(weights, store)
            writer.add_tensor(name, packed, raw_dtype=None if keep or store == Kind.F32 else store)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
        self.path = path

    def log_probability(self, ids: list[int]) -> float:
        row = torch.tensor([[0, *ids]])
        with torch.no_grad():
            shares = self.model(row).logits[0].double().log_softmax(-1)
        return float(shares[:-1].gather(1, row[0, 1:, None]).sum())


@pytest.mark.parametrize("kind", ["llama", "qwen2"])
def test_the_model_is_the_one_that_was_written(tmp_path: Path, kind: str) -> None:
    written = Written(tmp_path / "tiny.gguf", kind)
    model = sl.load(str(written.path))
    ids = written.tokenizer.encode(TEXT, add_special_tokens=False).ids
    assert model.tokenizer.pieces([TEXT])[0].ids.tolist() == ids  # type: ignore[attr-defined]
    assert model.log_probability(TEXT) == pytest.approx(written.log_probability(ids), rel=1e-6)
    assert (model.card.family, model.card.layers, model.card.width, model.card.about) == ("causal", 4, 32, kind)
    assert len(model.next_words("The cat sat on the", k=3)) == 3


@pytest.mark.parametrize("store", [Kind.F16, Kind.BF16, Kind.Q8_0, Kind.Q4_1], ids=lambda k: k.name)
def test_weights_of_fewer_bits_are_multiplied_out(tmp_path: Path, store: Kind) -> None:
    file = GgufFile(Written(tmp_path / "tiny.gguf", store=store).path)
    exact = GgufFile(Written(tmp_path / "exact.gguf").path)
    for name in ("token_embd.weight", "blk.1.ffn_up.weight", "blk.1.attn_norm.weight"):
        weights = exact.tensor(name)
        expected = weights if weights.ndim == 1 else gguf.dequantize(gguf.quants.quantize(weights, store), store)
        np.testing.assert_array_equal(file.tensor(name), expected)
        assert file.tensor(name).shape == weights.shape


def test_what_the_packages_own_reader_finds(tmp_path: Path) -> None:
    path = Written(tmp_path / "tiny.gguf").path
    ours, theirs = GgufFile(path), gguf.GGUFReader(path)
    own = {key: field.contents() for key, field in theirs.fields.items() if not key.startswith("GGUF.")}
    assert ours.facts == own
    assert set(ours.stored) == {t.name for t in theirs.tensors}
    for tensor in theirs.tensors:
        np.testing.assert_array_equal(ours.tensor(tensor.name), gguf.dequantize(tensor.data, tensor.tensor_type))


def test_qwens_cuts_are_transformers() -> None:
    """The expression is the one in transformers' own tokenizer of Qwen2."""
    tokenizer = Qwen2Tokenizer(vocab={"a": 0}, merges=[])
    (split, _) = json.loads(tokenizer.backend_tokenizer.to_str())["pre_tokenizer"]["pretokenizers"]
    assert split["pattern"] == {"Regex": QWEN2}


def test_numbers_are_cut_into_digits_for_smollm(tmp_path: Path) -> None:
    def smollm(facts: dict, tensors: dict) -> None:
        facts["tokenizer.ggml.pre"] = "smollm"

    model = sl.load(str(Written(tmp_path / "tiny.gguf", change=smollm).path))
    pieces = model.tokenizer.pieces(["12 dogs 345"])[0]  # type: ignore[attr-defined]
    assert {tuple(o) for o in pieces.offsets.tolist() if o[1] <= 2} == {(0, 1), (1, 2)}


def without(*names: str) -> Change:
    def change(facts: dict, tensors: dict) -> None:
        for name in names:
            facts.pop(name, None)
            tensors.pop(name, None)

    return change


def setting(**values: Any) -> Change:
    return lambda facts, tensors: facts.update({k.replace("__", "."): v for k, v in values.items()})


def strange(facts: dict, tensors: dict) -> None:
    tensors["rope_freqs.weight"] = np.ones(4, np.float32)


def narrow(facts: dict, tensors: dict) -> None:
    tensors["blk.1.ffn_up.weight"] = np.ones((48, 64), np.float32)


def no_numbers(facts: dict, tensors: dict) -> None:
    tensors["output_norm.weight"] = np.full(32, np.nan, np.float32)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (without("blk.2.ffn_up.weight"), sl.BadModelFile, r"lacks the tensor blk\.2\.ffn_up\.weight: fetch the file again"),
        (without("llama.block_count"), sl.BadModelFile, r"lacks or misstates 'llama\.block_count'"),
        (without("tokenizer.ggml.merges"), sl.BadModelFile, r"lacks or misstates 'tokenizer\.ggml\.merges'"),
        (setting(llama__attention__head_count="four"), sl.BadModelFile, "lacks or misstates"),
        (setting(llama__attention__head_count=0), sl.BadModelFile, "lacks or misstates"),
        (setting(tokenizer__ggml__token_type=[1, 2]), sl.BadModelFile, "lacks or misstates"),
        (narrow, sl.BadModelFile, r"mlp\.up_proj\.weight should be \[48, 32\] and is \[48, 64\]"),
        (setting(architecture="mystery"), sl.Unsupported, r"general\.architecture 'mystery'; llama, qwen2 can be read"),
        (setting(tokenizer__ggml__model="llama"), sl.Unsupported, r"tokenizer\.ggml\.model 'llama'; gpt2 can be read"),
        (setting(tokenizer__ggml__pre="tekken"), sl.Unsupported, r"'tekken'; smollm, gpt-2, qwen2 can be read"),
        (setting(llama__rope__dimension_count=4), sl.Unsupported, "turns only part"),
        (setting(llama__rope__scaling__type="yarn"), sl.Unsupported, r"stretches places \(yarn\)"),
        (strange, sl.Unsupported, r"has a tensor rope_freqs\.weight"),
        (setting(llama__block_count=4_000_000_000), sl.BadModelFile, r"'llama\.block_count', 4000000000, with 30 tensors"),
        (setting(llama__attention__head_count_kv=0), sl.BadModelFile, r"misstates 'llama\.attention\.head_count_kv', 0"),
        (setting(llama__attention__layer_norm_rms_epsilon="tiny"), sl.BadModelFile, "misstates could not convert .* 'tiny'"),
        (setting(tokenizer__ggml__bos_token_id=99_999), sl.BadModelFile, r"misstates 'tokenizer\.ggml\.bos_token_id', 99999"),
        (setting(tokenizer__ggml__merges=[1, 2]), sl.BadModelFile, "lacks or misstates"),
        (setting(tokenizer__ggml__merges=["qq zz"]), sl.BadModelFile, r"tokenizer in .*tiny\.gguf cannot be read \(.*qq"),
        (setting(general__alignment="wide"), sl.BadModelFile, r"misstates 'general\.alignment', 'wide'"),
        (setting(general__alignment=0), sl.BadModelFile, r"misstates 'general\.alignment', 0"),
        (no_numbers, sl.BadModelFile, r"the tensor output_norm\.weight holds numbers that are not finite; fetch"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, change: Any, error: type[Exception], message: str) -> None:
    path = Written(tmp_path / "tiny.gguf", change=change).path
    with pytest.raises(error, match=message):
        sl.load(str(path))


def test_a_file_cut_short_names_the_tensor(tmp_path: Path) -> None:
    path = Written(tmp_path / "tiny.gguf").path
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(sl.BadModelFile, match=r"the tensor \S+ cannot be read: the file ends inside it"):
        sl.load(str(path))


@pytest.mark.parametrize("kept", [0, 3, 20, 60, 1000])
def test_a_header_cut_short(tmp_path: Path, kept: int) -> None:
    path = Written(tmp_path / "tiny.gguf").path
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(sl.BadModelFile, match=r"tiny\.gguf"):
        sl.load(str(path))


def fact(key: str, value: bytes) -> bytes:
    return struct.pack("<Q", len(key)) + key.encode() + value


HEAD = struct.pack("<4sIQQ", b"GGUF", 3, 0, 1)


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04" + bytes(60),
        struct.pack("<4sIQQ", b"GGUF", 1, 0, 0),
        HEAD + fact("k", struct.pack("<IQ", 8, 1 << 60)),  # a string that is longer than the file
        HEAD + fact("k", struct.pack("<I", 99)),  # no such type
        HEAD + fact("k", struct.pack("<IIQ", 9, 4, 1 << 60)),  # more numbers than there can be
        HEAD + fact("k", struct.pack("<I", 9) + struct.pack("<IQ", 9, 1) * 40),  # arrays of arrays
        HEAD + fact("k", struct.pack("<IQ", 8, 2) + b"\xff\xfe"),  # not UTF-8
        struct.pack("<4sIQQ", b"GGUF", 3, 1, 0) + fact("t", struct.pack("<I", 9)),  # a tensor of nine axes
    ],
)
def test_other_content(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "other.gguf").write_bytes(content)
    with pytest.raises(sl.BadModelFile, match=r"other\.gguf is no whole GGUF file"):
        GgufFile(tmp_path / "other.gguf")


@pytest.mark.parametrize(("kind", "message"), [(999, "999"), (8, "no whole blocks of 32")])
def test_a_tensor_of_another_kind(tmp_path: Path, kind: int, message: str) -> None:
    head = struct.pack("<4sIQQ", b"GGUF", 3, 1, 0) + fact("t", struct.pack("<IQIQ", 1, 5, kind, 0))
    (tmp_path / "other.gguf").write_bytes(head + bytes(400))
    with pytest.raises(sl.BadModelFile, match=f"the tensor t cannot be read: .*{message}"):
        GgufFile(tmp_path / "other.gguf").tensor("t")


def test_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(sl.ModelUnavailable, match="there is no file"):
        sl.load(str(tmp_path / "absent.gguf"))
    with pytest.raises(sl.BadModelFile, match="cannot be read"):
        GgufFile(tmp_path)


def test_without_the_package_gguf(tmp_path: Path, without: Without) -> None:
    file = GgufFile(Written(tmp_path / "tiny.gguf").path)
    without("gguf")
    with pytest.raises(sl.ModelUnavailable, match=r"needs the package gguf: pip install 'senselens\[models\]'"):
        file.tensor("output_norm.weight")
