"""The same model in ONNX Runtime, for `qingniao bench encoder --peer-python PYTHON`; needs the packages onnxruntime, onnx and numpy.

Builds the graph from a folder in Hugging Face layout (BERT with GELU, mean pooling, length 1, which is what MiniLM is), then answers
one JSON value per line of standard input until it ends:
    {"ids": [[...], ...]}                          -> {"vectors": [[...], ...]}, each text alone
    {"tokens", "batch", "threads", "seconds"}      -> {"embeddings_per_second", "p50_ms", "arrangement"}
For two threads both arrangements are tried, two callers of a single-threaded session and one call on two threads; the better counts.
"""

import json
import struct
import sys
import threading
import time
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper


def read_safetensors(path):
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        body = file.read()
    tensors = {}
    for name, info in header.items():
        if name != "__metadata__" and info["dtype"] == "F32":
            start, end = info["data_offsets"]
            tensors[name] = np.frombuffer(body[start:end], dtype=np.float32).reshape(info["shape"])
    return tensors


class Graph:
    def __init__(self, tensors, config):
        self.tensors, self.config, self.nodes, self.constants = tensors, config, [], []

    def constant(self, name, value):
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def add(self, op, inputs, name, **attributes):
        self.nodes.append(helper.make_node(op, inputs, [name], name=name, **attributes))
        return name

    def linear(self, x, source, name):
        weight = self.constant(f"{name}.w", self.tensors[f"{source}.weight"].T)
        bias = self.constant(f"{name}.b", self.tensors[f"{source}.bias"])
        return self.add("Add", [self.add("MatMul", [x, weight], f"{name}.mm"), bias], f"{name}.out")

    def norm(self, x, source, name):
        scale = self.constant(f"{name}.s", self.tensors[f"{source}.weight"])
        shift = self.constant(f"{name}.h", self.tensors[f"{source}.bias"])
        return self.add("LayerNormalization", [x, scale, shift], name, axis=-1, epsilon=self.config["layer_norm_eps"])

    def heads(self, x, name, perm):
        count = self.config["num_attention_heads"]
        shape = self.constant(f"{name}.shape", np.array([0, 0, count, self.config["hidden_size"] // count], dtype=np.int64))
        return self.add("Transpose", [self.add("Reshape", [x, shape], f"{name}.r"), ], f"{name}.t", perm=perm)

    def layer(self, x, index):
        source, name = f"encoder.layer.{index}", f"l{index}"
        width = self.config["hidden_size"] // self.config["num_attention_heads"]
        q = self.heads(self.linear(x, f"{source}.attention.self.query", f"{name}.q"), f"{name}.qh", [0, 2, 1, 3])
        k = self.heads(self.linear(x, f"{source}.attention.self.key", f"{name}.k"), f"{name}.kh", [0, 2, 3, 1])
        v = self.heads(self.linear(x, f"{source}.attention.self.value", f"{name}.v"), f"{name}.vh", [0, 2, 1, 3])
        scale = self.constant(f"{name}.scale", np.array(1.0 / np.sqrt(width), dtype=np.float32))
        scores = self.add("Mul", [self.add("MatMul", [q, k], f"{name}.qk"), scale], f"{name}.sc")
        mixed = self.add("MatMul", [self.add("Softmax", [scores], f"{name}.sm", axis=-1), v], f"{name}.pv")
        back = self.constant(f"{name}.back", np.array([0, 0, self.config["hidden_size"]], dtype=np.int64))
        joined = self.add("Reshape", [self.add("Transpose", [mixed], f"{name}.jt", perm=[0, 2, 1, 3]), back], f"{name}.j")
        out = self.linear(joined, f"{source}.attention.output.dense", f"{name}.o")
        x = self.norm(self.add("Add", [x, out], f"{name}.a1"), f"{source}.attention.output.LayerNorm", f"{name}.n1")
        up = self.linear(x, f"{source}.intermediate.dense", f"{name}.up")
        root = self.constant(f"{name}.root", np.array(np.sqrt(2.0), dtype=np.float32))
        one = self.constant(f"{name}.one", np.array(1.0, dtype=np.float32))
        half = self.constant(f"{name}.half", np.array(0.5, dtype=np.float32))
        erf = self.add("Erf", [self.add("Div", [up, root], f"{name}.g1")], f"{name}.g2")
        gelu = self.add("Mul", [self.add("Mul", [up, self.add("Add", [erf, one], f"{name}.g3")], f"{name}.g4"), half], f"{name}.g5")
        down = self.linear(gelu, f"{source}.output.dense", f"{name}.down")
        return self.norm(self.add("Add", [x, down], f"{name}.a2"), f"{source}.output.LayerNorm", f"{name}.n2")


def build(folder):
    config = json.loads((folder / "config.json").read_text())
    graph = Graph(read_safetensors(folder / "model.safetensors"), config)
    words = graph.constant("words", graph.tensors["embeddings.word_embeddings.weight"])
    kinds = graph.tensors["embeddings.token_type_embeddings.weight"][0]
    places = graph.constant("places", graph.tensors["embeddings.position_embeddings.weight"] + kinds)
    zero = graph.constant("zero", np.array([0], dtype=np.int64))
    axis = graph.constant("axis", np.array([0], dtype=np.int64))
    length = graph.add("Slice", [graph.add("Shape", ["ids"], "shape"), graph.constant("i1", np.array([1], dtype=np.int64)),
                                 graph.constant("i2", np.array([2], dtype=np.int64)), axis], "length")
    here = graph.add("Slice", [places, zero, length, axis], "here")
    x = graph.norm(graph.add("Add", [graph.add("Gather", [words, "ids"], "embedded"), here], "summed"), "embeddings.LayerNorm", "n0")
    for index in range(config["num_hidden_layers"]):
        x = graph.layer(x, index)
    mean = graph.add("ReduceMean", [x, graph.constant("ax1", np.array([1], dtype=np.int64))], "mean", keepdims=0)
    graph.add("LpNormalization", [mean], "vectors", axis=-1, p=2)
    ids = helper.make_tensor_value_info("ids", TensorProto.INT64, ["batch", "tokens"])
    out = helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["batch", config["hidden_size"]])
    made = helper.make_graph(graph.nodes, "encoder", [ids], [out], graph.constants)
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 18)])
    model.ir_version = 9
    return model, config


def session(model, threads):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    return onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])


def measure(session, ids, callers, seconds):
    """Calls per second over all callers, and the median call in ms."""
    spans, start = [], time.perf_counter()

    def call():
        while time.perf_counter() - start < seconds:
            before = time.perf_counter()
            session.run(None, {"ids": ids})
            spans.append(time.perf_counter() - before)

    threads = [threading.Thread(target=call) for _ in range(callers - 1)]
    for thread in threads:
        thread.start()
    call()
    for thread in threads:
        thread.join()
    return {"embeddings_per_second": len(spans) * len(ids) / (time.perf_counter() - start), "p50_ms": sorted(spans)[len(spans) // 2] * 1000}


def answer(request, sessions, vocabulary):
    if "ids" in request:
        return {"vectors": [sessions[1].run(None, {"ids": np.array([ids], dtype=np.int64)})[0][0].tolist() for ids in request["ids"]]}
    ids = np.random.default_rng(7).integers(1000, vocabulary, (request["batch"], request["tokens"]), dtype=np.int64)
    tries = [("one caller", 1, 1)] if request["threads"] == 1 else [("two callers", 1, 2), ("one call on two threads", 2, 1)]
    results = []
    for name, threads, callers in tries:
        measure(sessions[threads], ids, callers, 0.1)
        results.append({**measure(sessions[threads], ids, callers, request["seconds"]), "arrangement": name})
    return max(results, key=lambda result: result["embeddings_per_second"])


def main():
    model, config = build(Path(sys.argv[1]))
    sessions = {threads: session(model, threads) for threads in (1, 2)}
    print(json.dumps({"engine": f"onnxruntime {onnxruntime.__version__}"}), flush=True)
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line), sessions, config["vocab_size"])), flush=True)


if __name__ == "__main__":
    main()
