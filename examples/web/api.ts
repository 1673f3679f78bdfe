// Words on a canvas, by the Handwriting Recognition API of the browser or of the service.

import { useService } from "realtime-handwriting/handwriting";

useService({ src: import.meta.env["VITE_SERVICE"] });
const canvas = document.querySelector("canvas")!;
const pen = canvas.getContext("2d")!;
const recognizer = await navigator.createHandwritingRecognizer({ languages: ["en"] });
const drawing = recognizer.startDrawing({ alternatives: 1 });
let stroke: HandwritingStroke | null = null;

const draw = (event: PointerEvent) => {
  const [x, y] = [event.offsetX, event.offsetY];
  stroke?.addPoint({ x, y, t: event.timeStamp });
  pen.lineTo(x, y);
  pen.stroke();
};
canvas.addEventListener("pointerdown", (event) => {
  stroke = new HandwritingStroke();
  pen.beginPath();
  draw(event);
});
canvas.addEventListener("pointermove", (event) => { if (stroke) draw(event); });
canvas.addEventListener("pointerup", async () => {
  if (stroke) drawing.addStroke(stroke);
  stroke = null;
  const [best] = await drawing.getPrediction();
  document.querySelector("output")!.value = best?.text ?? "";
});
