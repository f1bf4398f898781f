// The dial: digits on their drums, and the m³ as one types. The server's figure after sending is the one that counts.
"use strict";

{
  const DECIMALS = 3;
  const WIDEST = 36;
  const WRITTEN = /^(\d*)(?:[.,](\d{0,3}))?$/;

  const thousandths = (text) => {
    const match = WRITTEN.exec(text);
    return match && text ? Number(match[1] || "0") * 1000 + Number((match[2] || "").padEnd(DECIMALS, "0")) : null;
  };

  const written = (value, separator) => {
    const digits = String(Math.abs(value)).padStart(DECIMALS + 1, "0");
    return `${digits.slice(0, -DECIMALS)}${separator}${digits.slice(-DECIMALS)}`;
  };

  const wholeDigits = (text) => text.split(/[.,]/)[0].length;

  class Dial {
    constructor(root) {
      this.root = root;
      this.input = root.querySelector(".dial-input");
      this.previousText = root.querySelector(".dial-previous");
      this.result = root.querySelector("[data-dial-result]");
      this.digits = Number(root.dataset.digits);
      this.widest = Number(root.dataset.widest || WIDEST);
      this.previous = thousandths(root.dataset.previous || "");
      this.estimated = Math.round(Number(root.dataset.estimated) * 1000);
      this.usual = root.dataset.usual ? Math.round(Number(root.dataset.usual) * 1000) : Infinity;
      this.drawDrums();
      this.input.addEventListener("input", () => this.show(false));
      // Not at once: a warning that pushes the button away would make the press that left the field miss it.
      this.input.addEventListener("blur", () => setTimeout(() => this.show(true), 250));
      this.input.addEventListener("keydown", (event) => this.goOn(event));
      new ResizeObserver(() => this.fit()).observe(root);
      document.fonts.ready.then(() => this.fit());
      this.show(true);
    }

    drawDrums() {
      const drums = this.root.querySelector(".dial-drums");
      const names = [...Array(this.digits).fill("drum"), "drum-comma", ...Array(DECIMALS).fill("drum drum-decimal")];
      drums.replaceChildren(...names.map((name) => Object.assign(document.createElement("span"), { className: name })));
      this.root.classList.add("dial-live");
    }

    // Every character advances by exactly one drum, the comma by its own width: what is typed lands on its drum.
    fit() {
      const face = this.root.querySelector(".dial-face");
      const style = getComputedStyle(face);
      const unit = this.root.querySelector(".dial-unit").getBoundingClientRect().width + 16;
      const room = this.root.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
      const rem = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
      const drums = this.digits + DECIMALS + 0.45;
      const crowded = (room - unit) / drums < 20 * rem; // then the unit goes below
      const pitch = Math.floor(Math.min(this.widest * rem, ((crowded ? room : room - unit) * 0.97) / drums));
      this.root.classList.toggle("dial-crowded", crowded);
      this.set("--digit", `${pitch * 0.86}px`);
      this.set("--spacing", "0px");
      const [digit, comma] = [this.measure("0000000000") / 10, this.measure(",,,,,,,,,,") / 10];
      this.pitch = pitch;
      this.spacing = pitch - digit;
      this.set("--pitch", `${pitch}px`);
      this.set("--spacing", `${this.spacing}px`);
      this.set("--comma", `${comma + this.spacing}px`);
      this.set("--width", `${pitch * (this.digits + DECIMALS) + comma + this.spacing}px`);
      this.align();
    }

    measure(text) {
      const ruler = Object.assign(document.createElement("span"), { className: "dial-ruler", textContent: text });
      this.root.append(ruler);
      const { width } = ruler.getBoundingClientRect();
      ruler.remove();
      return width;
    }

    set(name, value) {
      this.root.style.setProperty(name, value);
    }

    // Whole digits grow leftwards from the comma, as on the meter.
    align() {
      const shift = (text) => Math.max(0, this.digits - wholeDigits(text)) * this.pitch + this.spacing / 2;
      this.input.style.setProperty("--shift", `${shift(this.input.value)}px`);
      if (this.previousText) this.previousText.style.setProperty("--shift", `${shift(this.previousText.textContent)}px`);
    }

    show(finished) {
      if (this.pitch) this.align();
      const [text, warns] = this.words(this.input.value.trim(), finished);
      this.result.textContent = text;
      this.result.classList.toggle("dial-result-warn", warns);
    }

    words(typed, finished) {
      const say = (key, value) => this.result.dataset[key].replace("%s", written(value, this.root.dataset.separator));
      if (!typed) return ["", false];
      const value = thousandths(typed);
      if (value === null || wholeDigits(typed) > this.digits) return [this.result.dataset.wrong, true];
      if (this.previous === null) return ["", false];
      const used = this.used(value);
      if (used === null) {
        const whole = finished || wholeDigits(typed) >= String(Math.floor(this.previous / 1000)).length;
        return whole ? [this.result.dataset.less, true] : ["", false];
      }
      if (used > this.usual) return [say("much", used), true];
      return used < 0 ? [say("credit", used), false] : [say("used", used), false];
    }

    // m³ in thousandths since the previous reading, less what was charged by average; null where it ran backwards.
    used(value) {
      if (value >= this.previous) return value - this.previous - this.estimated;
      const around = value + 10 ** this.digits * 1000 - this.previous;
      return around <= Math.min(this.usual, 15000) ? around - this.estimated : null;
    }

    // Enter goes to the next meter; at the last one it sends.
    goOn(event) {
      if (event.key !== "Enter" || !this.input.value) return;
      const inputs = [...(this.input.form?.querySelectorAll(".dial-input") ?? [])];
      const next = inputs[inputs.indexOf(this.input) + 1];
      if (!next) return;
      event.preventDefault();
      next.focus();
    }
  }

  const start = (root) => {
    for (const dial of root.querySelectorAll("[data-dial]:not(.dial-live)")) new Dial(dial);
  };
  document.addEventListener("DOMContentLoaded", () => start(document));
  document.addEventListener("htmx:load", (event) => start(event.detail.elt.parentElement ?? document));
}
