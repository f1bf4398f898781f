// Files dropped on the form are in its input, and sent at once.
"use strict";

(() => {
  const form = document.querySelector("[data-upload]");
  if (!form) return;
  const drop = form.querySelector("[data-upload-drop]");
  const input = form.querySelector("input[type=file]");
  const mark = (isOver) => drop.classList.toggle("upload-over", isOver);

  for (const name of ["dragenter", "dragover"]) {
    form.addEventListener(name, (event) => {
      event.preventDefault();
      mark(true);
    });
  }
  form.addEventListener("dragleave", (event) => {
    if (!form.contains(event.relatedTarget)) mark(false);
  });
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    mark(false);
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    form.requestSubmit();
  });
})();
