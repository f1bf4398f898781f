// Readings on their way: kept on the device before anything else happens, sent until the server has answered for good.
//
// An entry has its own id (a UUID) from the moment it is entered. Whatever is cut off, the same entry is sent again under
// the same id, and the server answers with what became of it the first time: nothing is lost, nothing is taken twice.
"use strict";

{
  const terminal = (window.saimeTerminal ??= {});
  const BATCH = 20;
  const SOONEST = 2000;
  const LATEST = 60000;
  const PATIENCE = 6000;
  const BATCH_PATIENCE = 20000;

  const done = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

  // Where entries lie: IndexedDB, written through to the disk before the promise is kept.
  class Queue {
    static async open() {
      const request = indexedDB.open("saime-terminal", 1);
      request.onupgradeneeded = () => request.result.createObjectStore("entries", { keyPath: "entry_id" });
      const queue = new Queue();
      queue.base = await done(request);
      navigator.storage?.persist?.();
      return queue;
    }

    write(work) {
      return new Promise((resolve, reject) => {
        const transaction = this.base.transaction("entries", "readwrite", { durability: "strict" });
        transaction.oncomplete = () => resolve();
        transaction.onabort = transaction.onerror = () => reject(transaction.error);
        work(transaction.objectStore("entries"));
      });
    }

    keep(entry) {
      return this.write((entries) => entries.put(entry));
    }

    forget(id) {
      return this.write((entries) => entries.delete(id));
    }

    async all() {
      const entries = await done(this.base.transaction("entries").objectStore("entries").getAll());
      return entries.sort((one, other) => one.entered_at.localeCompare(other.entered_at));
    }

    count() {
      return done(this.base.transaction("entries").objectStore("entries").count());
    }
  }

  // One call. Status 0: no line. Whatever the server is in trouble with (5xx) counts as no line, too.
  async function call(name, said, patience = PATIENCE) {
    const { api } = document.body.dataset;
    try {
      const response = await fetch(api + name, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(said),
        credentials: "same-origin",
        cache: "no-store",
        redirect: "error",
        signal: AbortSignal.timeout(patience),
      });
      return { status: response.status, body: await response.json() };
    } catch {
      return { status: 0, body: {} };
    }
  }

  const isDown = (reply) => reply.status === 0 || reply.status >= 500;

  class Sender {
    constructor(queue, changed) {
      this.queue = queue;
      this.changed = changed; // told of every reply, and of the length of the queue
      this.held = new Set(); // whose person is still standing here
      this.unreadable = new Set(); // what this server does not understand: kept, and not in the others' way
      this.wait = 0;
    }

    async sign() {
      return { sent_at: new Date().toISOString(), queue: await this.queue.count(), software: document.body.dataset.version };
    }

    async post(entries, patience) {
      const reply = await call("entries", { ...(await this.sign()), entries }, patience);
      this.changed(reply);
      return reply;
    }

    // Somebody is standing here: keep the entry and send it at once. Its answer, or null where it will be sent later.
    async submit(entry) {
      await this.queue.keep(entry);
      this.held.add(entry.entry_id);
      const { language } = entry;
      const reply = await call("entries", { ...(await this.sign()), language, entries: [{ ...entry, attended: true }] });
      const answer = reply.status === 200 ? reply.body.answers[0] : null;
      if (answer?.is_final) await this.queue.forget(entry.entry_id);
      if (answer?.outcome !== "needs_confirmation") this.held.delete(entry.entry_id);
      if (!answer || answer.outcome === "try_again") this.plan();
      this.changed(reply);
      return answer?.outcome === "try_again" ? null : answer;
    }

    // The person has gone without an answer: the reading is sent all the same, and one of the staff looks at it.
    release(id) {
      if (this.held.delete(id)) this.kick();
    }

    async discard(id) {
      await this.queue.forget(id);
      this.held.delete(id);
      this.changed(null);
    }

    kick() {
      this.wait = 0;
      return this.run();
    }

    plan() {
      clearTimeout(this.timer);
      this.wait = Math.min(LATEST, Math.max(SOONEST, this.wait * 2));
      this.timer = setTimeout(() => this.run(), this.wait * (0.75 + Math.random() / 2));
    }

    // One window of the browser at a time; two at once would do no harm but send everything twice.
    async run() {
      clearTimeout(this.timer);
      const left = await navigator.locks.request("saime-terminal-send", { ifAvailable: true }, (lock) => (lock ? this.sendAll() : true));
      if (left) this.plan();
      else this.wait = 0;
    }

    // Whether something is left to be sent.
    async sendAll() {
      const waiting = (await this.queue.all()).filter(({ entry_id: id }) => !this.held.has(id) && !this.unreadable.has(id));
      for (let start = 0; start < waiting.length; start += BATCH) {
        const batch = waiting.slice(start, start + BATCH);
        if (!(await this.sendBatch(batch))) return true;
      }
      return (await this.queue.all()).some(({ entry_id: id }) => !this.held.has(id) && !this.unreadable.has(id));
    }

    async sendBatch(batch) {
      const reply = await this.post(batch.map((entry) => ({ ...entry, attended: false })), BATCH_PATIENCE);
      if (reply.status === 200) {
        for (const answer of reply.body.answers) if (answer.is_final) await this.queue.forget(answer.entry_id);
        this.changed(null);
        return reply.body.answers.every((answer) => answer.is_final);
      }
      if (reply.status !== 400 && reply.status !== 413) return false;
      if (batch.length === 1) {
        this.unreadable.add(batch[0].entry_id);
        return true;
      }
      for (const entry of batch) if (!(await this.sendBatch([entry]))) return false;
      return true;
    }
  }

  Object.assign(terminal, { Queue, Sender, call, isDown });
}
