// The review desk by keyboard: digits, Enter, E, U, Z, arrows, P, S. Everything it does, the form does without it too.
"use strict";

(() => {
  const desk = document.querySelector("[data-desk]");
  if (!desk) return;
  const form = desk.querySelector("[data-desk-form]");
  const fields = [...form.querySelectorAll("[data-desk-field]")];
  const inputs = fields.map((field) => field.querySelector(".desk-input"));
  const areKeysOn = () => !window.saimeKeys || window.saimeKeys.areOn();

  const radios = (field) => [...field.querySelectorAll("input[type=radio]")];
  const outcome = (field) => radios(field).find((radio) => radio.checked)?.value;

  function choose(field, value) {
    for (const radio of radios(field)) radio.checked = radio.value === value;
    field.querySelector(".desk-input").classList.toggle("desk-input-off", value !== "value");
    say(field);
  }

  // Thousandths, so that nothing is rounded; null: no reading.
  function thousandths(text) {
    const match = /^(\d{1,9})(?:[.,](\d{0,3}))?$/.exec(text.trim());
    return match ? Number(match[1]) * 1000 + Number((match[2] || "").padEnd(3, "0")) : null;
  }

  function m3(value, separator) {
    const sign = value < 0 ? "−" : "";
    const whole = Math.floor(Math.abs(value) / 1000);
    return `${sign}${whole}${separator}${String(Math.abs(value) % 1000).padStart(3, "0")}`;
  }

  // What the number would make, said below it.
  function say(field) {
    const input = field.querySelector(".desk-input");
    const result = field.querySelector("[data-desk-result]");
    const words = result.dataset;
    result.classList.remove("desk-result-warn");
    const value = thousandths(input.value);
    if (outcome(field) !== "value" || !input.value) result.textContent = "";
    else if (value === null) warn(result, words.wrong);
    else if (!input.dataset.previous) result.textContent = "";
    else sayUsed(input, result, value);
  }

  function sayUsed(input, result, value) {
    const previous = thousandths(input.dataset.previous);
    const used = m3(value - previous, input.dataset.separator);
    const from = thousandths(input.dataset.from || "");
    const to = thousandths(input.dataset.to || "");
    if (value < previous && from !== null && to >= from) warn(result, result.dataset.less);
    else if (from !== null && to >= from && (value < from || value > to)) warn(result, result.dataset.odd.replace("%s", used));
    else result.textContent = result.dataset.used.replace("%s", used);
  }

  function warn(result, text) {
    result.textContent = text;
    result.classList.add("desk-result-warn");
  }

  const isAnswered = (field) => outcome(field) !== "value" || field.querySelector(".desk-input").value.trim() !== "";

  function focus(place) {
    const input = inputs[place];
    if (!input) return;
    input.focus();
    input.select();
    fields[place].scrollIntoView({ block: "nearest" });
  }

  // On to the next field that has no answer; with all answered the form is sent.
  function onward(place) {
    if (place + 1 < inputs.length) return focus(place + 1);
    const open = fields.findIndex((field) => !isAnswered(field));
    if (open >= 0) focus(open);
    else form.requestSubmit(form.querySelector(".button-next"));
    return undefined;
  }

  function take(place) {
    const input = inputs[place];
    if (outcome(fields[place]) === "value" && !input.value.trim()) {
      if (!input.dataset.read) return;
      input.value = input.dataset.read;
      say(fields[place]);
    }
    onward(place);
  }

  const COMMANDS = {
    Enter: take,
    ArrowDown: (place) => focus(Math.min(place + 1, inputs.length - 1)),
    ArrowUp: (place) => focus(Math.max(place - 1, 0)),
    KeyE: (place) => { choose(fields[place], "empty"); onward(place); },
    KeyU: (place) => { choose(fields[place], "unreadable"); onward(place); },
    KeyZ: (place) => back(place),
    KeyP: () => enlarge(),
    KeyS: () => document.getElementById("put-back").requestSubmit(),
  };

  // Back to the field before, its answer taken away; in the first one: its own answer.
  function back(place) {
    const before = isAnswered(fields[place]) ? place : Math.max(place - 1, 0);
    inputs[before].value = "";
    choose(fields[before], "value");
    focus(before);
  }

  function enlarge() {
    desk.querySelector("[data-desk-sheet]").classList.toggle("desk-sheet-large");
  }

  form.addEventListener("keydown", (event) => {
    const place = inputs.indexOf(event.target);
    if (place < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const command = COMMANDS[event.key === "Enter" ? "Enter" : event.code];
    if (!command || (event.code.startsWith("Key") && !areKeysOn())) return;
    event.preventDefault();
    command(place);
  });

  form.addEventListener("input", (event) => {
    const field = event.target.closest("[data-desk-field]");
    if (!field) return;
    if (event.target.classList.contains("desk-input") && event.target.value) choose(field, "value");
    else choose(field, outcome(field));
  });

  // P anywhere on the page; S has its button.
  document.addEventListener("keydown", (event) => {
    if (event.code !== "KeyP" || event.defaultPrevented || event.ctrlKey || event.metaKey || !areKeysOn()) return;
    if (!event.target.closest("input, textarea, select, dialog")) enlarge();
  });

  // The next form is fetched while this one is looked at: its pictures are there when it comes.
  async function fetchAhead() {
    const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
    const answer = await fetch(desk.dataset.ahead, { method: "POST", headers: { "X-CSRFToken": token } });
    if (!answer.ok) return;
    const { pictures } = await answer.json();
    for (const address of pictures) new Image().src = address;
  }

  for (const field of fields) choose(field, outcome(field) || "value");
  if (inputs.length && !document.querySelector("[data-focus], #id_account_no")) focus(0);
  window.addEventListener("load", () => fetchAhead().catch(() => {}));
})();
