// A scanner is a keyboard that types faster than anybody: what it reads is caught wherever the focus is, and keeps out
// of the fields. The payment code of a bill has ten lines; scanners type Enter (or Tab) between them.
"use strict";

{
  const terminal = (window.saimeTerminal ??= {});
  const FAST = 35; // ms between two keys; people need more than 60
  const OVER = 150; // ms of silence after which a code is whole
  const SURE = 4; // fast keys in a row that nobody types by hand
  const SHORTEST = 8;

  class Scanner {
    constructor(scanned) {
      this.scanned = scanned;
      this.clear();
      document.addEventListener("keydown", (event) => this.pressed(event), { capture: true });
    }

    clear() {
      clearTimeout(this.timer);
      Object.assign(this, { text: "", fast: 0, last: -Infinity, field: null, before: "" });
    }

    pressed(event) {
      if (event.ctrlKey || event.metaKey || event.isComposing) return;
      const character = { Enter: "\n", Tab: "\n" }[event.key] ?? (event.key.length === 1 ? event.key : "");
      if (!character) return;
      // The event's own time: work that holds the page up does not make a scanner look slow.
      const now = event.timeStamp;
      if (now - this.last > FAST) this.begin();
      else this.fast += 1;
      this.last = now;
      this.text += character;
      if (this.fast < SURE) return;
      event.preventDefault();
      event.stopPropagation();
      this.giveBack();
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.end(), OVER);
    }

    begin() {
      this.clear();
      const { activeElement } = document;
      if (activeElement?.matches("input:not([type=radio])")) [this.field, this.before] = [activeElement, activeElement.value];
    }

    // The first few characters went into the field before it was clear that it is a scanner.
    giveBack() {
      if (!this.field || this.field.value === this.before) return;
      this.field.value = this.before;
      this.field.dispatchEvent(new Event("input", { bubbles: true }));
    }

    end() {
      const text = this.text.trim();
      this.clear();
      if (text.length >= SHORTEST) this.scanned(text);
    }
  }

  terminal.Scanner = Scanner;
}
