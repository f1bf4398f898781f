// Screens, words and keys: what is on the glass. Which screen comes when is in kiosk.js.
"use strict";

{
  const terminal = (window.saimeTerminal ??= {});
  const FIRST_LANGUAGE = document.documentElement.lang;
  const find = (selector, root = document) => root.querySelector(selector);
  const each = (selector, work, root = document) => root.querySelectorAll(selector).forEach(work);

  const words = JSON.parse(document.body.dataset.words);
  let language = FIRST_LANGUAGE;

  // A word of the page in the language chosen; %(name)s stands for a value.
  const say = (name, values = {}) =>
    Object.entries(values).reduce((text, [key, value]) => text.replace(`%(${key})s`, value), words[language][name]);

  // Figures as the language writes them: the server's have a point.
  const figure = (plain) => (language === "en" ? plain : plain.replace(".", ","));

  const day = (moment) => {
    const month = language === "en" ? "short" : "2-digit";
    const parts = new Intl.DateTimeFormat("en-GB", { timeZone: "Europe/Riga", day: "2-digit", month, year: "numeric" }).formatToParts(moment);
    const { day: d, month: m, year: y } = Object.fromEntries(parts.map(({ type, value }) => [type, value]));
    return language === "en" ? `${Number(d)} ${m} ${y}` : `${d}.${m}.${y}`;
  };

  const time = (moment) =>
    `${day(moment)} ${new Intl.DateTimeFormat("en-GB", { timeZone: "Europe/Riga", hour: "2-digit", minute: "2-digit" }).format(moment)}`;

  function speak(code) {
    language = code;
    document.documentElement.lang = code;
    document.title = `${say("title")} · Saime`;
    each("[data-word]", (node) => { node.textContent = say(node.dataset.word); });
    each("[data-label]", (node) => node.setAttribute("aria-label", say(node.dataset.label)));
    each("[data-language]", (node) => {
      if (node.value === code) node.setAttribute("aria-current", "true");
      else node.removeAttribute("aria-current");
    });
    each("[data-comma]", (node) => { node.textContent = node.dataset.key = code === "en" ? "." : ","; });
  }

  // One screen at a time. The focus goes to its first field, or to its title, which is then read out.
  function show(name) {
    each("[data-screen]", (node) => { node.hidden = node.dataset.screen !== name; });
    each("[data-leave]", (node) => { node.hidden = name === "start" || name === "out" || name === "result" || name === "closed"; });
    problem(name, "");
    const screen = find(`[data-screen="${name}"]`);
    find("#main").scrollTop = 0;
    (find("input:not([type=radio])", screen) ?? find("h1", screen)).focus();
  }

  function problem(name, text) {
    const place = find(`[data-screen="${name}"] [data-problem]`);
    if (!place) return;
    find("[data-problem-text]", place).textContent = text;
    place.hidden = !text;
    each("input", (input) => input.setAttribute("aria-invalid", String(Boolean(text))), place.closest("section"));
  }

  // The dial, drawn anew for each meter: the design's own, with the words of the language chosen.
  function drawDial(meter, value) {
    const root = find("#dial-template").content.firstElementChild.cloneNode(true);
    root.dataset.digits = meter.digits ?? 5;
    root.dataset.estimated = meter.estimated ?? "0";
    root.dataset.usual = String(15 * (meter.months ?? 1));
    root.dataset.widest = "56";
    root.dataset.separator = language === "en" ? "." : ",";
    find(".field-label", root).textContent = meter.meter_no ? say("meter_no", { number: meter.meter_no }) : say("dial_hint");
    const previous = find("[id$=-previous]", root);
    const known = meter.previous !== null && meter.previous !== undefined;
    if (known) {
      root.dataset.previous = meter.previous;
      find(".dial-previous-label", root).textContent = say("previous");
      find(".dial-previous", root).textContent = figure(meter.previous);
    } else {
      delete root.dataset.previous;
      previous.remove();
    }
    const result = find("[data-dial-result]", root);
    for (const name of ["used", "credit", "less", "much", "wrong"]) result.dataset[name] = say(name);
    const input = find("input", root);
    input.inputMode = "none"; // the keys are on the glass already
    input.maxLength = Number(root.dataset.digits) + 4;
    input.setAttribute("aria-describedby", `${known ? "reading-previous " : ""}problem-meter reading-result`);
    input.value = value;
    find("[data-dial-place]").replaceChildren(root);
    document.dispatchEvent(new CustomEvent("htmx:load", { detail: { elt: root } }));
    return input;
  }

  // Keys on the glass type into the field that has, or last had, the focus.
  let field = null;
  document.addEventListener("focusin", ({ target }) => { if (target.matches("input:not([type=radio])")) field = target; });
  document.addEventListener("mousedown", (event) => { if (event.target.closest("[data-key], [data-keypad-show]")) event.preventDefault(); });

  function press(key) {
    const screen = find("[data-screen]:not([hidden])");
    const target = field && screen.contains(field) ? field : find("input:not([type=radio])", screen);
    if (!target) return;
    const { value } = target;
    if (key === "delete") target.value = value.slice(0, -1);
    else if (target.maxLength < 0 || value.length < target.maxLength) target.value = value + key;
    target.dispatchEvent(new Event("input", { bubbles: true }));
  }

  document.addEventListener("click", ({ target }) => {
    const key = target.closest("[data-key]");
    const pad = target.closest("[data-keypad-show]");
    if (key) press(key.dataset.key);
    if (pad) each("[data-keypad]", (node) => { node.hidden = node.dataset.keypad !== pad.dataset.keypadShow; }, pad.closest(".keypads"));
  });

  Object.assign(terminal, {
    FIRST_LANGUAGE, find, each, say, speak, show, problem, drawDial, figure, day, time, language: () => language,
  });
}
