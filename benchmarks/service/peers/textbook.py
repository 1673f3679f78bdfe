"""Peer (a): the web app of tutorials, which posts a picture of the canvas after each stroke.

Pillow shrinks the picture and Keras predicts. It is at its best: the model is loaded and traced
once, connections are kept alive, and the picture is cropped as MNIST's are.
"""

import io
from pathlib import Path

import flask
import keras
import numpy as np
from PIL import Image, ImageOps

model = keras.saving.load_model(
    Path(__file__).resolve().parents[3] / "weights" / "digits" / "digits.keras", compile=False
)
model.predict(np.zeros((1, 28, 28, 3), np.float32), verbose=0)
app = flask.Flask(__name__)


@app.get("/readyz")
def ready() -> str:
    """Answer 200 once the model is loaded."""
    return "ready"


@app.post("/predict")
def predict() -> flask.Response:
    """The three most probable digits of a posted PNG, dark ink on white."""
    picture = ImageOps.invert(Image.open(io.BytesIO(flask.request.get_data())).convert("L"))
    digit = ImageOps.contain(picture.crop(picture.getbbox()), (20, 20))
    raster = np.zeros((1, 28, 28, 3), np.float32)
    top, left = (28 - digit.height) // 2, (28 - digit.width) // 2
    raster[0, top : top + digit.height, left : left + digit.width, 0] = (
        np.asarray(digit, np.float32) / 255
    )
    logits = np.asarray(model.predict(raster, verbose=0)).reshape(2, -1)[0, :10]
    probabilities = np.exp(logits - logits.max())
    probabilities /= probabilities.sum()
    best = np.argsort(-probabilities)[:3]
    return flask.jsonify(
        [{"label": str(digit), "p": float(probabilities[digit])} for digit in best]
    )
