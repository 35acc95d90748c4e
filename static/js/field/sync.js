// Sending: one pass over the outbox, by one tab at a time, repeated for ever until receipts came.
//
//   201, 200 with identifier and digest in JSON   a receipt: the row may go once its files went
//   409   other content under the identifier: kept, the coach decides
//   422   faults by field: kept, the coach corrects; other reports go on
//   401   signed out: everything is kept, the pass stops
//   anything else (no line, 5xx, a portal's web page, a redirect): tried again later, without an end

import { sha256 } from "./store.js";

const PAUSES = [5, 10, 30, 60, 120, 300];
const LIMIT = { report: 60_000, file: 180_000 };

class NoLine extends Error {}
class SignedOut extends Error {}

async function json(response) {
  if (response.type === "opaqueredirect") throw new NoLine("sent elsewhere"); // ours never redirects: a portal
  const isJson = (response.headers.get("content-type") ?? "").startsWith("application/json");
  if (!isJson) throw new NoLine(`not the server: ${response.status}`);
  try {
    return await response.json();
  } catch {
    throw new NoLine("cut off");
  }
}

export class Sync {
  // shown(state) is told what goes on: {phase, at}. wiped() when the person is no coach any more.
  constructor(store, version, shown, revoked) {
    this.store = store;
    this.version = version;
    this.shown = shown;
    this.revoked = revoked;
    this.failures = 0;
    this.phase = "idle";
  }

  listen() {
    this.listening = new AbortController();
    const signal = this.listening.signal;
    window.addEventListener("online", () => this.now(), { signal });
    document.addEventListener("visibilitychange", () => !document.hidden && this.now(), { signal });
    return this.now();
  }

  stop() {
    this.listening?.abort();
    clearTimeout(this.timer);
    this.stopped = true;
  }

  // Asked for by the person, an event or the clock: a pass right away.
  async now() {
    if (this.stopped) return;
    clearTimeout(this.timer);
    const pass = () => this.pass().catch((error) => this.failed(error));
    if (navigator.locks) await navigator.locks.request(`jalon-send-${this.store.user}`, { ifAvailable: true }, (lock) => (lock ? pass() : this.later()));
    else await pass();
  }

  later() {
    if (this.stopped) return;
    clearTimeout(this.timer);
    const wait = PAUSES[Math.min(this.failures, PAUSES.length - 1)];
    this.timer = setTimeout(() => this.now(), wait * 1000);
  }

  show(phase) {
    this.phase = phase;
    this.shown(phase);
  }

  async pass() {
    this.show("sending");
    await this.refresh();
    let left = false;
    for (const row of await this.store.outbox()) {
      if (["refused", "conflict"].includes(row.state)) continue;
      try {
        left = (await this.send(row)) || left;
      } catch (error) {
        if (error instanceof SignedOut || error instanceof NoLine) throw error;
        await this.store.change(row.uid, { tries: row.tries + 1 });
        left = true;
      }
    }
    for (const row of await this.store.lists()) {
      if (row.state === "waiting") left = (await this.sendList(row)) || left;
    }
    if (left) {
      this.failures += 1;
      this.show("waiting");
      this.later();
      return;
    }
    this.failures = 0;
    this.show("idle");
    if (this.isRevoked) await this.revoked();
  }

  failed(error) {
    if (error instanceof SignedOut) {
      this.show("signedOut");
      return;
    }
    this.failures += 1;
    this.show("offline");
    this.later();
  }

  async ask(path, options = {}, limit = LIMIT.report) {
    const leave = new AbortController();
    const alarm = setTimeout(() => leave.abort(), limit);
    const headers = {
      Accept: "application/json",
      "X-Device-Clock": new Date().toISOString(),
      "X-Device-User": String(this.store.user),
      "X-Device-Waiting": String((await this.store.db.count("outbox")) + (await this.store.db.count("lists"))),
      "X-Device-App": this.version,
      ...options.headers,
    };
    try {
      const response = await fetch(path, { ...options, headers, redirect: "manual", credentials: "same-origin", cache: "no-store", signal: leave.signal });
      const answer = await json(response);
      if (response.status === 401) throw new SignedOut();
      return { status: response.status, answer };
    } catch (error) {
      if (error instanceof SignedOut) throw error;
      throw new NoLine(String(error));
    } finally {
      clearTimeout(alarm);
    }
  }

  // The caseload, the form token and the difference between the clocks.
  async refresh() {
    const asked = Date.now();
    const { status, answer } = await this.ask("/api/v1/caseload");
    if (status === 404) {
      this.isRevoked = true; // no programme knows this person as a coach
      return;
    }
    if (status !== 200 || answer.user?.id !== this.store.user) throw new SignedOut();
    this.token = answer.token;
    const offset = Math.round((new Date(answer.now).getTime() - (asked + Date.now()) / 2) / 1000);
    this.isRevoked = answer.revoked;
    const carried = answer.revoked ? { enterprises: [], visits: [], forms: {} } : answer;
    await this.store.keep("caseload", { ...carried, user: answer.user });
    await this.store.keep("clock", { offset, at: new Date().toISOString() });
    this.store.changed();
  }

  async put(path, body, type, limit) {
    const send = () => this.ask(path, { method: "PUT", body, headers: { "Content-Type": type, "X-CSRFToken": this.token } }, limit);
    let told = await send();
    if (told.status === 403) {
      await this.refresh(); // signed in again meanwhile: another token
      told = await send();
    }
    return told;
  }

  // Returns whether something of the row has still to be sent.
  async send(row) {
    if (row.state === "waiting") {
      const { status, answer } = await this.put(`/api/v1/visits/${row.uid}`, row.body, "application/json", LIMIT.report);
      if (status === 409) return this.settle(row, { state: "conflict", stored: answer.stored ?? null });
      if (status === 422) return this.settle(row, { state: "refused", errors: answer.errors ?? {} });
      if (![200, 201].includes(status) || answer.uid !== row.uid || answer.sha256 !== row.sha256) throw new Error(`no receipt: ${status}`);
      await this.store.change(row.uid, { state: "arrived", flag: answer.flag });
      await this.store.keep("lastSent", new Date().toISOString());
    }
    return this.sendFiles(row.uid);
  }

  // An attendance list: the same receipts; returns whether it has still to be sent.
  async sendList(row) {
    const { status, answer } = await this.put(`/api/v1/attendance/${row.uid}`, row.body, "application/json", LIMIT.report);
    if (status === 422 || status === 409) {
      await this.store.changeList(row.uid, { state: "refused", errors: answer.errors ?? {} });
      return false;
    }
    if (![200, 201].includes(status) || answer.uid !== row.uid || answer.sha256 !== row.sha256) return true;
    await this.store.releaseList(row.uid);
    await this.store.keep("lastSent", new Date().toISOString());
    return false;
  }

  async settle(row, values) {
    await this.store.change(row.uid, values);
    return false;
  }

  async sendFiles(uid) {
    let left = 0;
    let bad = 0;
    for (const media of await this.store.mediaOf(uid)) {
      if (media.state !== "bad" && (await sha256(media.data)) !== media.sha256) {
        await this.store.changeMedia(media.uid, { state: "bad" }); // the phone's memory lost some of it
        media.state = "bad";
      }
      if (media.state === "bad") {
        bad += 1;
        continue;
      }
      const { status, answer } = await this.put(`/api/v1/visits/${uid}/media/${media.uid}`, media.data, media.type, LIMIT.file);
      if ([200, 201].includes(status) && answer.uid === media.uid && answer.sha256 === media.sha256) {
        await this.store.dropMedia(media.uid);
        await this.store.keep("lastSent", new Date().toISOString());
      } else if (status === 422) {
        await this.store.changeMedia(media.uid, { state: "bad" });
        bad += 1;
      } else {
        if (status === 404) await this.store.change(uid, { state: "waiting" }); // the report is not there: again
        left += 1;
      }
    }
    if (left) return true;
    if (bad) await this.store.change(uid, { state: "arrived", bad });
    else await this.store.release(uid);
    return false;
  }
}
