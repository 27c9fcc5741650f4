"""Reads what a run writes for TensorBoard with TensorBoard's own readers.

    python tensorboard-check.py FOLDER        # every scalar, histogram and text of a run folder, and what the projector finds
    python tensorboard-check.py --records     # the bytes of three records, as TensorBoard writes them, hexadecimal
"""

import io
import os
import sys

from tensorboard.backend.event_processing.data_provider import MultiplexerDataProvider
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.backend.event_processing.plugin_event_multiplexer import EventMultiplexer
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import DATA_CLASS_TENSOR, HistogramProto, Summary, SummaryMetadata
from tensorboard.compat.proto.tensor_pb2 import TensorProto
from tensorboard.compat.proto.tensor_shape_pb2 import TensorShapeProto
from tensorboard.compat.proto.types_pb2 import DT_STRING
from tensorboard.plugins.base_plugin import TBContext
from tensorboard.plugins.projector.projector_plugin import ProjectorPlugin
from tensorboard.summary.writer.record_writer import RecordWriter
from tensorboard.util.tensor_util import make_ndarray
from werkzeug.test import Client
from werkzeug.wrappers import Response


def print_record(name, step, *values):
    event = Event(wall_time=1700000000.5, step=step, summary=Summary(value=values))
    buffer = io.BytesIO()
    RecordWriter(buffer).write(event.SerializeToString())
    print(name, buffer.getvalue().hex())


def print_records():
    print_record(
        "scalars",
        300,
        Summary.Value(tag="train/loss", simple_value=0.25),
        Summary.Value(tag="train/accuracy", simple_value=1),
    )
    histogram = HistogramProto(
        min=0.5, max=3, num=4, sum=6.5, sum_squares=13.5, bucket_limit=[1, 2, 3], bucket=[1, 0, 3]
    )
    print_record("histogram", 300, Summary.Value(tag="weights/base/0/bias", histo=histogram))
    metadata = SummaryMetadata(
        plugin_data=SummaryMetadata.PluginData(plugin_name="text"), data_class=DATA_CLASS_TENSOR
    )
    text = TensorProto(dtype=DT_STRING, tensor_shape=TensorShapeProto(), string_val=[b"    version: 1\n    seed: 7\n"])
    print_record("text", 0, Summary.Value(tag="spec", metadata=metadata, tensor=text))


def print_run(folder):
    events = EventAccumulator(folder, size_guidance={"scalars": 0, "histograms": 0, "tensors": 0})
    events.Reload()
    for tag in sorted(events.Tags()["scalars"]):
        for scalar in events.Scalars(tag):
            print("scalar", tag, scalar.step, scalar.wall_time, scalar.value)
    for tag in sorted(events.Tags()["histograms"]):
        for histogram in events.Histograms(tag):
            value = histogram.histogram_value
            print("histogram", tag, histogram.step, value.min, value.max, value.num, len(value.bucket), sum(value.bucket))
    for tag in sorted(events.Tags()["tensors"]):
        plugin = events.SummaryMetadata(tag).plugin_data.plugin_name
        for tensor in events.Tensors(tag):
            print(plugin, tag, tensor.step, repr(make_ndarray(tensor.tensor_proto).item().decode()))
    print_projector(folder)


def print_projector(folder):
    logdir, run = os.path.split(os.path.abspath(folder))
    multiplexer = EventMultiplexer().AddRun(folder, run)
    multiplexer.Reload()
    plugin = ProjectorPlugin(TBContext(logdir=logdir, data_provider=MultiplexerDataProvider(multiplexer, logdir)))
    apps = plugin.get_plugin_apps()
    get = lambda route, **query: Client(apps[route], Response).get("/", query_string=query)
    print("projector runs", get("/runs").json)
    for embedding in get("/info", run=run).json["embeddings"]:
        print("projector embedding", embedding)
        name = embedding["tensorName"]
        tensor = get("/tensor", run=run, name=name).data
        labels = get("/metadata", run=run, name=name).text.splitlines()
        sprite = get("/sprite_image", run=run, name=name)
        print("projector files", len(tensor) // 4, "numbers,", len(labels), "lines, sprite", sprite.status_code, len(sprite.data))


if sys.argv[1] == "--records":
    print_records()
else:
    print_run(sys.argv[1])
