// Single keys of the office: ? for the list of them, g and a letter to go somewhere, and what a page says of its own with
// data-key. They may be turned off (who dictates to the machine would set them off by speaking), and are deaf while one types.
"use strict";

(() => {
  const STORE = "saime-single-keys";
  const dialog = document.getElementById("keys");
  let waitingForPlace = 0;

  const areOn = () => localStorage.getItem(STORE) !== "off";

  function showSwitches() {
    for (const button of document.querySelectorAll("[data-keys-switch]")) {
      const words = button.querySelector("[data-on]");
      button.setAttribute("aria-pressed", String(areOn()));
      words.textContent = areOn() ? words.dataset.on : words.dataset.off;
    }
  }

  function isTyping(target) {
    return target.closest("input:not([type=checkbox], [type=radio], [type=file]), textarea, select, [contenteditable]") !== null;
  }

  function go(key) {
    const link = [...document.querySelectorAll("[data-go]")].find((place) => place.dataset.go === key);
    if (link) location.assign(link.href);
    return Boolean(link);
  }

  function press(key) {
    const wanted = [...document.querySelectorAll("[data-key]")].find((control) => control.dataset.key === key && !control.disabled);
    if (!wanted) return false;
    wanted.focus();
    wanted.click();
    return true;
  }

  function answer(key) {
    if (key === "?" && dialog) {
      dialog.showModal();
      return true;
    }
    if (Date.now() - waitingForPlace < 1500) {
      waitingForPlace = 0;
      return go(key);
    }
    if (key === "g") {
      waitingForPlace = Date.now();
      return true;
    }
    return press(key);
  }

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !areOn()) return;
    if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
    if (answer(event.key.toLowerCase())) event.preventDefault();
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-keys-open]") && dialog) {
      event.preventDefault();
      dialog.showModal();
    } else if (event.target.closest("[data-keys-switch]")) {
      localStorage.setItem(STORE, areOn() ? "off" : "on");
      showSwitches();
    }
  });

  window.saimeKeys = { areOn };
  showSwitches();
})();
