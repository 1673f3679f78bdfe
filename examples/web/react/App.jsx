import { useState } from "react";
import "realtime-handwriting";

export function App() {
  const [text, setText] = useState("");
  const show = ({ detail }) => setText(detail.label ?? "");
  const src = import.meta.env.VITE_SERVICE;
  return <><ink-recognizer src={src} onprediction={show} /> <output>{text}</output></>;
}
