"""Reads TensorBoard event files with TensorBoard's own reader and prints every scalar, one a line.

    python tensorboard-check.py FOLDER
    python tensorboard-check.py --record      # the bytes of one record, as TensorBoard writes it, hexadecimal
"""

import io
import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.record_writer import RecordWriter

if sys.argv[1] == "--record":
    values = [Summary.Value(tag="train/loss", simple_value=0.25), Summary.Value(tag="train/accuracy", simple_value=1)]
    event = Event(wall_time=1700000000.5, step=300, summary=Summary(value=values))
    buffer = io.BytesIO()
    RecordWriter(buffer).write(event.SerializeToString())
    print(buffer.getvalue().hex())
    sys.exit()

events = EventAccumulator(sys.argv[1], size_guidance={"scalars": 0})
events.Reload()
for tag in sorted(events.Tags()["scalars"]):
    for scalar in events.Scalars(tag):
        print(tag, scalar.step, scalar.wall_time, scalar.value)
