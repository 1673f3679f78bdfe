import "realtime-handwriting";

const recognizer = document.querySelector("ink-recognizer")!;
recognizer.setAttribute("src", import.meta.env["VITE_SERVICE"]);
recognizer.addEventListener("prediction", ({ detail }) => {
  document.querySelector("output")!.value = detail.label ?? "";
});
