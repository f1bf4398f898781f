// The way of a visit: which bill, each meter, what became of it; and the terminal's own life: enrolled, online, at rest.
"use strict";

{
  const terminal = window.saimeTerminal;
  const { find, each, say, show, problem, figure, call, isDown } = terminal;
  const SIGN_EVERY = 60000;
  const ENROLLED = "saime-terminal-enrolled"; // no secret: only whether to open when there is no line to ask
  const NUMBER = /^\d{1,9}(?:[.,]\d{0,3})?$/;

  let sender = null;
  let screen = "start";
  let visit = null;
  let isLocked = false;
  let isBusy = false;
  let device = "";

  const nothing = () => ({ proof: null, meters: [], place: 0, isOffline: false, results: [], asked: null, closed: null });

  function open(name) {
    screen = name;
    terminal.show(name);
  }

  // One thing at a time: a second press, or a second scan, while the first is under way is none.
  function wait(isUnderWay) {
    isBusy = isUnderWay;
    if (isUnderWay) find("#wait").showModal();
    else find("#wait").close();
  }

  // The bill

  async function identify(proof, from) {
    if (isBusy) return;
    wait(true);
    const begun = (visit = { ...nothing(), proof });
    const reply = await call("lookup", { ...proof, language: terminal.language() });
    wait(false);
    seen(reply);
    if (visit !== begun || isLocked) return; // wiped meanwhile
    if (reply.status === 200) return found(reply.body);
    if (isDown(reply)) {
      visit.isOffline = true;
      return open("offline");
    }
    visit = from === "start" ? null : { ...nothing(), proof: null };
    open(from);
    problem(from, reply.body.message ?? say("trouble"));
  }

  function found({ meters, window: when }) {
    visit.meters = meters;
    if (!meters.length || !when.is_open) {
      visit.closed = meters.length ? when : { has_no_meters: true };
      drawClosed();
      return open("closed");
    }
    drawMeter("");
    open("meter");
  }

  function drawClosed() {
    const { closed } = visit;
    const last = new Date(new Date(closed.closes_at).getTime() - 1000);
    find("[data-closed-title]").textContent = say(closed.has_no_meters ? "no_meters" : "closed");
    find("[data-closed-text]").textContent = closed.has_no_meters
      ? ""
      : closed.is_switched_off
        ? say("switched_off")
        : say("closed_text", { first: terminal.day(new Date(closed.opens_at)), last: terminal.day(last) });
  }

  // A meter

  const meter = () => visit.meters[visit.place];

  function drawMeter(value) {
    const { medium, this_month: now } = meter();
    find("[data-place]").textContent = visit.meters.length > 1 && !visit.isOffline ? say("meter_of", { place: visit.place + 1, all: visit.meters.length }) : "";
    find("[data-medium-name]").textContent = terminal.mediumName(medium);
    each("[data-medium]", (node) => { node.hidden = node.dataset.medium !== medium; });
    find("[data-registered]").hidden = !now;
    if (now) find("[data-registered]").textContent = say("registered_now", { value: figure(now.value) });
    return terminal.drawDial(meter(), value);
  }

  async function enter() {
    const typed = find("#reading").value.trim();
    if (!typed) return problem("meter", say("empty"));
    if (!NUMBER.test(typed)) return problem("meter", say("wrong"));
    const { meter_id: id = null, meter_no: number, medium } = meter();
    const entry = {
      entry_id: crypto.randomUUID(), entered_at: new Date().toISOString(), ...visit.proof, meter_id: id,
      meter_no: number ?? "", medium, value: typed, confirmed: false, language: terminal.language(),
    };
    await send(entry);
  }

  async function send(entry) {
    if (isBusy) return;
    const begun = visit;
    wait(true);
    let answer;
    try {
      answer = await sender.submit(entry);
    } catch {
      return problem("meter", say("cannot_keep"));
    } finally {
      wait(false);
    }
    if (visit !== begun || isLocked) return leftMeanwhile(entry, answer);
    became(entry, answer);
  }

  // Wiped while the answer was on its way: nobody is there to be asked any more.
  function leftMeanwhile(entry, answer) {
    if (answer?.outcome === "needs_confirmation") sender.release(entry.entry_id);
  }

  function became(entry, answer) {
    if (answer?.outcome === "needs_confirmation") return ask(entry, answer);
    visit.asked = null;
    if (answer?.outcome === "rejected" || answer?.outcome === "refused") {
      if (screen !== "meter") open("meter");
      find("#reading").value = entry.value;
      return problem("meter", answer.message || say("trouble"));
    }
    const result = { ...entry, outcome: answer?.outcome ?? "kept", m3: answer?.m3, message: answer?.message };
    visit.results = [...visit.results, { ...result, meter_no: answer?.meter_no ?? entry.meter_no, value: answer?.value ?? entry.value }];
    next();
  }

  function next() {
    visit.place += 1;
    if (visit.place < visit.meters.length) {
      drawMeter("");
      return open("meter");
    }
    finish();
  }

  function finish() {
    find('[data-do="another_meter"]').hidden = !visit.isOffline;
    terminal.drawResults(visit.results);
    open("result");
  }

  // A doubt

  function ask(entry, { m3 }) {
    visit.asked = { entry, m3 };
    drawDoubt();
    open("doubt");
  }

  function drawDoubt() {
    const { entry, m3 } = visit.asked;
    find("[data-doubt]").textContent = say("doubt", { m3: figure(m3), value: entry.value });
    find("[data-doubt-value]").textContent = entry.value;
  }

  function confirm() {
    visit.asked.entry = { ...visit.asked.entry, confirmed: true };
    return send(visit.asked.entry);
  }

  async function correct() {
    const { entry } = visit.asked;
    visit.asked = null;
    drawMeter(entry.value);
    open("meter");
    await sender.discard(entry.entry_id);
  }

  // Without a line: a meter by its number

  function offlineMeter() {
    find("#meter-no").value = "";
    open("offline_meter");
  }

  function chosen() {
    const { value: medium } = find('input[name="medium"]:checked');
    visit.meters = [...visit.meters.slice(0, visit.place), { meter_no: find("#meter-no").value.trim(), medium }];
    drawMeter("");
    open("meter");
  }

  // The end of a visit: nothing of it is left on the glass or in the page's memory.

  function wipe({ isGivenUp = false } = {}) {
    const asked = visit?.asked?.entry.entry_id;
    visit = null;
    if (asked && isGivenUp) sender.discard(asked);
    else if (asked) sender.release(asked);
    each("input:not([type=radio])", (input) => { input.value = ""; });
    find('input[name="medium"]').checked = true;
    for (const place of ["[data-dial-place]", "[data-doubt]", "[data-doubt-value]", "[data-registered]", "[data-place]"]) find(place).replaceChildren();
    terminal.wipeResults();
    each("[data-keypad]", (node) => { node.hidden = node.dataset.keypad !== "digits"; });
    for (const name of ["start", "numbers", "meter"]) problem(name, "");
    terminal.speak(terminal.FIRST_LANGUAGE);
    open(isLocked ? "out" : "start");
  }

  const isVisit = () => !isLocked && (screen !== "start" || terminal.language() !== terminal.FIRST_LANGUAGE);

  const actions = {
    numbers: () => { visit = nothing(); open("numbers"); },
    start: () => wipe(),
    leave: () => wipe({ isGivenUp: true }),
    skip: () => next(),
    confirm,
    correct,
    offline_meter: offlineMeter,
    offline_back: () => (visit.results.length ? finish() : open("offline")),
    another_meter: offlineMeter,
    print: () => window.print(),
  };

  const forms = {
    numbers: () => {
      const proof = { account_no: find("#account-no").value.trim(), bill_no: find("#bill-no").value.trim() };
      if (proof.account_no && proof.bill_no) return identify(proof, "numbers");
      problem("numbers", say("numbers_missing"));
      find(proof.account_no ? "#bill-no" : "#account-no").focus();
      return null;
    },
    meter: enter,
    offline_meter: chosen,
  };

  document.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (!button) return;
    if (button.dataset.do) actions[button.dataset.do]();
    else if ("language" in button.dataset) chooseLanguage(button.value);
  });

  // What was wrong is no longer said once it is being put right.
  document.addEventListener("input", () => problem(screen, ""));

  document.addEventListener("submit", (event) => {
    event.preventDefault();
    forms[event.target.dataset.form]();
  });

  function chooseLanguage(code) {
    const typed = find("#reading")?.value ?? "";
    terminal.speak(code);
    problem(screen, "");
    if (screen === "meter") drawMeter(typed).focus();
    if (screen === "doubt") drawDoubt();
    if (screen === "closed") drawClosed();
    if (screen === "result") terminal.drawResults(visit.results);
  }

  function scanned(code) {
    if (isLocked || (screen !== "start" && screen !== "numbers")) return;
    identify({ code }, screen);
  }

  // The terminal's own life

  // Every reply says whether there is a line, and whether this terminal is still one of ours.
  async function seen(reply) {
    if (reply) {
      find("[data-offline]").hidden = !isDown(reply);
      if (reply.status === 401) lock();
      if (reply.status === 200) unlock(reply.body);
    }
    await drawDevice();
  }

  async function drawDevice() {
    const waiting = await sender.queue.count();
    find("[data-device]").dataset.queue = waiting;
    find("[data-device]").textContent = [device, waiting ? say("waiting", { n: waiting }) : ""].filter(Boolean).join(" · ");
  }

  function lock() {
    localStorage.removeItem(ENROLLED);
    if (isLocked) return;
    isLocked = true;
    wipe();
  }

  function unlock({ terminal: name }) {
    localStorage.setItem(ENROLLED, "yes");
    if (name) terminal.device = device = name;
    if (!isLocked) return;
    isLocked = false;
    open("start");
  }

  async function giveSign() {
    seen(await call("health", await sender.sign()));
    if (!isLocked && (await sender.queue.count())) sender.kick();
  }

  async function keepPage() {
    const worker = navigator.serviceWorker;
    if (!worker) return;
    const isUpdate = Boolean(worker.controller);
    // A new version has taken over: shown as soon as nobody is in the middle of anything.
    worker.addEventListener("controllerchange", () => {
      if (isUpdate) setInterval(() => { if (!isVisit()) location.reload(); }, 1000);
    });
    await worker.register(document.body.dataset.worker, { scope: document.body.dataset.api.replace("api/", "") });
  }

  async function start() {
    let queue;
    try {
      queue = await terminal.Queue.open();
    } catch {
      return show("out"); // a terminal that can keep nothing takes nothing
    }
    sender = new terminal.Sender(queue, seen);
    terminal.sender = sender;
    new terminal.Scanner(scanned);
    new terminal.Rest({ isVisit, wipe });
    find("#wait").addEventListener("cancel", (event) => event.preventDefault());
    window.addEventListener("online", giveSign);
    window.addEventListener("offline", () => seen({ status: 0, body: {} }));
    setInterval(giveSign, SIGN_EVERY);
    if (!localStorage.getItem(ENROLLED)) isLocked = true;
    open(isLocked ? "out" : "start");
    await giveSign();
    document.documentElement.dataset.ready = "yes";
    await keepPage();
  }

  start();
}
