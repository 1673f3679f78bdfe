"""The greeting of a conversation: `ready`, which names the recognizers and the limits.

It does no I/O.
"""

from collections.abc import Mapping

from msgspec import UNSET

from realtime.config import setting_name
from realtime.protocol.client_messages import PROTOCOL_VERSION
from realtime.protocol.server_messages import Model, Ready
from realtime.recognition.recognizer import Recognizer, Recognizers
from realtime.setting_groups import ConnectionLimits, DrawingLimits


def greeting(
    session: str,
    task: str,
    recognizers: Recognizers,
    limits: Mapping[str, float],
    *,
    stores_samples: bool,
    teaches: bool,
) -> Ready:
    """The first message of a conversation.

    Args:
        session: its name in the log.
        task: of the recognizer that answers unless the client chooses another.
        recognizers: those that a client may choose, by task.
        limits: see `advertised_limits`.
        stores_samples: whether `/ink` takes labelled samples.
        teaches: whether `examples` are learnt from.
    """
    models = {task: _model(one) for task, one in recognizers.items()}
    return Ready(
        PROTOCOL_VERSION,
        session,
        models[task],
        dict(limits),
        models,
        keeps=stores_samples,
        teaches=teaches,
    )


def advertised_limits(connection: ConnectionLimits, drawing: DrawingLimits) -> dict[str, float]:
    """The limits that `ready` tells a client, by their names on the wire."""
    return {
        setting_name(ConnectionLimits.message_bytes): connection.message_bytes,
        setting_name(DrawingLimits.message_points): drawing.message_points,
        setting_name(ConnectionLimits.messages_per_s): connection.messages_per_s,
        setting_name(DrawingLimits.session_points): drawing.session_points,
        setting_name(DrawingLimits.session_strokes): drawing.session_strokes,
        setting_name(DrawingLimits.pin_strokes): drawing.pin_strokes,
        setting_name(DrawingLimits.examples): drawing.examples,
        setting_name(DrawingLimits.example_points): drawing.example_points,
        setting_name(ConnectionLimits.session_s): connection.session_s,
        setting_name(ConnectionLimits.idle_s): connection.idle_s,
    }


def _model(recognizer: Recognizer) -> Model:
    model, engine = recognizer.model, recognizer.engine
    state = engine.name if engine else UNSET
    return Model(model.id, list(model.labels), model.version, state)
