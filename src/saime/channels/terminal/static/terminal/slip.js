// What a visit came to: on the screen, and on a slip of 80 mm for those who like it on paper.
"use strict";

{
  const terminal = (window.saimeTerminal ??= {});
  const make = (name, text = "", className = "") => Object.assign(document.createElement(name), { textContent: text, className });

  const mediumName = (medium) => (medium ? terminal.say(medium) : "");
  const fate = (result) => terminal.say({ registered: "registered", superseded: "superseded", in_review: "in_review" }[result.outcome] ?? "kept");

  // "4,250 m³ this month" where the server has said so.
  function comesTo({ outcome, m3 }) {
    return m3 && (outcome === "registered" || outcome === "superseded")
      ? terminal.say("comes_to", { m3: terminal.figure(m3) })
      : "";
  }

  function meterText({ medium, meter_no: number }) {
    return [mediumName(medium), number ? terminal.say("meter_no", { number }) : ""].filter(Boolean).join(" · ");
  }

  function drawResults(results) {
    const { find, say } = terminal;
    const kept = results.some((result) => result.outcome === "kept");
    find("[data-result-title]").textContent = say(!results.length ? "done_nothing" : kept ? "done_kept" : "done");
    find("[data-kept-text]").hidden = !kept;
    find('[data-do="print"]').hidden = !results.length;
    find("[data-results]").replaceChildren(...results.map((result) => {
      const row = make("li", "", `result result-${result.outcome}`);
      const meter = make("span", mediumName(result.medium), "result-meter");
      if (result.meter_no) meter.append(make("span", terminal.say("meter_no", { number: result.meter_no }), "result-number"));
      row.append(
        meter,
        make("span", terminal.figure(result.value), "result-value tabular"),
        make("span", fate(result), "result-fate"),
        make("span", comesTo(result), "result-m3 tabular"),
      );
      if (result.outcome === "superseded") row.append(make("span", result.message, "result-why"));
      return row;
    }));
    drawSlip(results, kept);
  }

  function drawSlip(results, kept) {
    const { find, say, time } = terminal;
    const facts = [
      [say("customer_number"), results[0]?.account_no],
      [say("slip_terminal"), terminal.device],
      [say("slip_number"), results[0]?.entry_id.slice(0, 8)],
    ].filter(([, value]) => value);
    find("[data-slip-facts]").replaceChildren(...facts.flatMap(([name, value]) => [make("dt", name), make("dd", value)]));
    find("[data-slip-readings]").replaceChildren(...results.map((result) => {
      const row = make("li");
      row.append(
        make("p", meterText(result)),
        make("p", terminal.figure(result.value), "slip-value tabular"),
        make("p", [fate(result), comesTo(result)].filter(Boolean).join(": ")),
        make("p", time(new Date(result.entered_at)), "slip-time tabular"),
      );
      return row;
    }));
    find("[data-slip-kept]").hidden = !kept;
  }

  function wipeResults() {
    for (const place of ["[data-results]", "[data-slip-facts]", "[data-slip-readings]"]) terminal.find(place).replaceChildren();
  }

  Object.assign(terminal, { drawResults, wipeResults, mediumName });
}
