const recognizer = document.querySelector("ink-recognizer");
const output = document.querySelector("output");
for (const type of ["interim", "prediction"]) {
  recognizer.addEventListener(type, ({ detail }) => (output.value = detail.label ?? "nothing yet"));
}
recognizer.addEventListener("rejected", () => (output.value = "no digit"));
document.querySelector("button").addEventListener("click", () => recognizer.clear());
