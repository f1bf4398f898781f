// A visit is over when nobody has touched anything for a while: the screen asks, counts down, and is wiped.
"use strict";

{
  const terminal = (window.saimeTerminal ??= {});
  const ASKED_AFTER = 25000;
  const WIPED_AFTER = 45000;

  class Rest {
    constructor({ isVisit, wipe }) {
      Object.assign(this, { isVisit, wipe, dialog: document.getElementById("rest") });
      for (const name of ["pointerdown", "keydown", "input"]) document.addEventListener(name, () => this.touched(), { capture: true });
      this.dialog.addEventListener("cancel", (event) => event.preventDefault()); // Escape is a touch like any other
      this.touched();
      setInterval(() => this.look(), 500);
    }

    touched() {
      this.last = Date.now();
      if (this.dialog.open) this.dialog.close();
    }

    look() {
      const rested = Date.now() - this.last;
      if (!this.isVisit()) this.last = Date.now();
      else if (rested >= WIPED_AFTER) this.end();
      else if (rested >= ASKED_AFTER) this.ask(Math.ceil((WIPED_AFTER - rested) / 1000));
    }

    ask(seconds) {
      this.dialog.querySelector("[data-rest-seconds]").textContent = terminal.say("rest_seconds", { n: seconds });
      if (!this.dialog.open) this.dialog.showModal();
    }

    end() {
      this.touched();
      this.wipe();
    }
  }

  terminal.Rest = Rest;
}
