// The app of coaches: opens without a line, shows what is to be done, and what is still to be sent.

import { drawRefusedList, drawSession, sessionsPanel } from "./attendance.js";
import { asked, check } from "./checks.js";
import { bdi, button, el, notice, panel } from "./dom.js";
import { Form } from "./form.js";
import { download, rescueFile } from "./rescue.js";
import { currentUser, openStore, othersOnThisPhone, rememberUser } from "./store.js";
import { Sync } from "./sync.js";
import { clockText, dayText, language, languages, momentText, partsOf, speak, t } from "./words.js";

const root = document.documentElement;
const main = document.getElementById("main");
const bar = document.getElementById("sending");
const VERSION = root.dataset.version;
const LOGIN = root.dataset.login;
const LOGOUT = root.dataset.logout;

// leaving: the person is no coach any more; nothing but the way out is drawn.
const state = { leaving: false, store: null, sync: null, caseload: null, phase: "idle", saved: null };

const clock = async () => Date.now() + ((await state.store.kept("clock"))?.offset ?? 0) * 1000;

function localDay(moment) {
  const date = new Date(moment);
  const two = (number) => String(number).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

// Who is signed in, asked of the server; null without an answer of ours.
async function whoIsSignedIn() {
  try {
    const response = await fetch("/api/v1/caseload", { headers: { Accept: "application/json" }, credentials: "same-origin", cache: "no-store", redirect: "manual" });
    const isJson = (response.headers.get("content-type") ?? "").startsWith("application/json");
    return { status: response.status, answer: isJson ? await response.json() : null };
  } catch {
    return { status: 0, answer: null };
  }
}

async function start() {
  await speak(localStorage.getItem("jalon-field-language") ?? navigator.language.slice(0, 2));
  document.title = t("title");
  document.getElementById("home").textContent = t("title");
  let user = currentUser();
  if (user) {
    await open(user);
    if (navigator.onLine) takeOver();
    return;
  }
  const { status, answer } = await whoIsSignedIn();
  if (answer?.user && !answer.revoked) {
    rememberUser(answer.user.id);
    if (!localStorage.getItem("jalon-field-language-chosen")) await speak(answer.user.language);
    await open(answer.user.id);
    return;
  }
  welcome(status, answer);
}

// Another person has signed in on this phone: their own store opens; the first one's stays as it is.
async function takeOver() {
  const { answer } = await whoIsSignedIn();
  if (!answer?.user || answer.user.id === state.store.user) return;
  state.sync.stop();
  state.store.db.close();
  rememberUser(answer.user.id);
  await open(answer.user.id);
}

async function open(user) {
  state.store = await openStore(user);
  state.caseload = await state.store.kept("caseload");
  state.store.channel.onmessage = () => changed();
  state.sync = new Sync(state.store, VERSION, phase, revoked);
  window.addEventListener("hashchange", show);
  await show();
  state.sync.listen();
}

function welcome(status, answer) {
  bar.replaceChildren();
  const said = answer?.revoked || status === 404 ? t("not_a_coach") : status === 0 ? t("first_time_online") : t("sign_in_once");
  main.replaceChildren(
    el("header", { class: "page-head" }, el("h1", {}, t("title"))),
    panel(t("sign_in"), el("p", {}, said), el("p", {}, el("a", { class: "btn btn-primary", href: LOGIN }, t("sign_in")), " ", button(t("try_again"), () => location.reload())), languageMenu()),
  );
}

function phase(now) {
  state.phase = now;
  changed();
}

let drawing = null;
// Something in the store changed, here or in another tab: the bar says so, and the list if it is open.
function changed() {
  clearTimeout(drawing);
  drawing = setTimeout(async () => {
    if (!state.store || state.leaving) return;
    await drawBar();
    state.caseload = await state.store.kept("caseload");
    if (!/^#(visit|session)\/|^#me/.test(location.hash)) await show();
  }, 60);
}

async function drawBar() {
  const rows = [...(await state.store.outbox()), ...(await state.store.lists())];
  const waiting = rows.filter((row) => !["refused", "conflict"].includes(row.state) && !row.bad).length;
  const yours = rows.length - waiting;
  const last = await state.store.kept("lastSent");
  const words = waiting ? [t("to_send", { count: waiting })] : yours ? [] : [t("all_sent")];
  if (last) words.push(t("last_sent", { when: momentText(last) }));
  if (state.phase === "signedOut") words.push(t("signed_out"));
  else if (state.phase === "sending" && waiting) words.push(t("sending"));
  else if (state.phase === "offline") words.push(t("no_line"));
  const meaning = yours || state.phase === "signedOut" ? "blocked" : waiting ? "waiting" : "done";
  bar.className = `sending is-${meaning}`;
  bar.dataset.waiting = String(waiting);
  bar.dataset.phase = state.phase;
  const act = state.phase === "signedOut" ? el("a", { class: "btn btn-sm btn-quiet", href: LOGIN }, t("sign_in")) : button(t("send_now"), () => state.sync.now(), "btn-sm btn-quiet");
  bar.replaceChildren(el("p", { role: "status" }, words.join(root.dir === "rtl" ? "، " : ", "), yours ? el("strong", {}, ` ${t("need_you", { count: yours })}`) : null), act);
}

async function show() {
  await drawBar();
  const [page, uid] = location.hash.slice(1).split("/");
  if (page === "visit" && uid) return visitPage(uid);
  if (page === "report" && uid) return reportPage(uid);
  if (page === "session" && uid) return sessionPage(Number(uid));
  if (page === "list" && uid) return listPage(uid);
  if (page === "unplanned") return unplannedPage();
  if (page === "me") return mePage();
  return homePage();
}

const enterpriseOf = (id, kept) => state.caseload?.enterprises?.find((one) => one.id === id) ?? kept ?? { id, name: "", kind: "individual", currency: "", digits: 0, paid: null, lines: [], programme: "" };

function line(title, href, ...more) {
  return el("li", {}, el("a", { href }, title), el("span", { class: "line" }, ...more));
}

async function homePage() {
  const [drafts, rows] = [await state.store.drafts(), await state.store.outbox()];
  const today = localDay(await clock());
  const week = localDay((await clock()) + 7 * 86_400_000);
  const busy = new Set([...drafts.map((one) => one.visit), ...rows.map((row) => row.draft.visit)]);
  const visits = (state.caseload?.visits ?? []).filter((visit) => !busy.has(visit.uid));
  const row = (visit) => {
    const enterprise = enterpriseOf(visit.enterprise);
    const back = visit.state === "returned" ? el("strong", {}, t("returned")) : null;
    return el("li", {}, button(`${visit.name} · ${enterprise.name}`, () => begin(visit, enterprise), "visit-line", { "data-visit": visit.uid }), el("span", { class: "line" }, bdi(enterprise.case), dayText(visit.planned_for ?? visit.due), " ", enterprise.site, " ", back));
  };
  const groups = [
    [t("late"), visits.filter((one) => one.due < today)],
    [t("this_week"), visits.filter((one) => one.due >= today && one.due <= week)],
    [t("later"), visits.filter((one) => one.due > week)],
  ];
  const parts = [el("header", { class: "page-head" }, el("h1", {}, t("my_visits")), el("p", {}, dayText(today)))];
  if (state.updated) parts.push(notice("doing", el("p", {}, t("updated"), " ", button(t("reload"), () => location.reload(), "btn-sm btn-quiet"))));
  if (drafts.length) {
    parts.push(panel(t("begun"), el("ul", { class: "stack tight" }, ...drafts.map((draft) => line(`${draft.name || t("unplanned")} · ${enterpriseOf(draft.enterprise).name}`, `#visit/${draft.uid}`, t("kept_at", { when: clockText(draft.touched_at) }))))));
  }
  if (rows.length) parts.push(panel(t("outbox"), el("ul", { class: "stack tight", id: "outbox" }, ...rows.map(outboxLine))));
  for (const [title, some] of groups) if (some.length) parts.push(panel(title, el("ul", { class: "stack tight visits" }, ...some.map(row))));
  const sessions = await sessionsPanel(state.store, state.caseload?.sessions ?? []);
  if (sessions) parts.push(sessions);
  if (!visits.length && !drafts.length) parts.push(panel(t("this_week"), el("p", { class: "muted" }, t("no_visits"))));
  parts.push(el("p", { class: "form-actions" }, el("a", { class: "btn btn-quiet", href: "#unplanned" }, t("unplanned")), " ", el("a", { class: "btn btn-quiet", href: "#me" }, t("me"))));
  main.replaceChildren(...parts);
}

function outboxLine(row) {
  const key = row.bad ? "bad_photo" : { waiting: "waiting", arrived: "photos_follow", refused: "refused", conflict: "conflict" }[row.state];
  return el("li", { "data-report": row.uid, "data-state": row.bad ? "bad" : row.state }, el("a", { href: `#report/${row.uid}` }, `${row.name || t("unplanned")} · ${row.enterprise.name}`), el("span", { class: "line" }, t(key)));
}

async function begin(visit, enterprise) {
  const startedAt = new Date().toISOString();
  const isBegun = visit?.state === "returned" || Object.keys(visit?.answers ?? {}).length > 0;
  const form = visit?.form && isBegun ? visit.form : (enterprise.form ?? visit?.form ?? 1);
  try {
    const draft = await state.store.begin(visit, enterprise, form, startedAt);
    if (!draft.answers.performed_on) await state.store.answer(draft.uid, { performed_on: localDay(await clock()) }, startedAt);
    location.hash = `#visit/${draft.uid}`;
  } catch {
    main.prepend(notice("blocked", el("p", {}, t("phone_full"))));
  }
}

async function sessionPage(id) {
  const known = state.caseload?.sessions?.find((one) => one.id === id);
  const done = () => { location.hash = "#"; state.sync.now(); };
  await drawSession(main, back, { store: state.store, session: known ?? { id, title: t("attendance"), day: "", site: "", rows: [] }, done });
}

async function listPage(uid) {
  const row = await state.store.db.get("lists", uid);
  if (!row) return (location.hash = "#");
  return drawRefusedList(main, back, { store: state.store, row, done: (hash) => (location.hash = hash) });
}

function unplannedPage() {
  const list = (state.caseload?.enterprises ?? []).map((one) => el("li", {}, button(one.name, () => begin(null, one), "visit-line"), el("span", { class: "line" }, bdi(one.case), one.site)));
  main.replaceChildren(back(), el("header", { class: "page-head" }, el("h1", {}, t("unplanned"))), panel(t("which_enterprise"), el("ul", { class: "stack tight" }, ...list)));
}

const back = () => el("p", { class: "small" }, el("a", { href: "#" }, `${root.dir === "rtl" ? "→" : "←"} ${t("my_visits")}`));

function partsFor(draft, enterprise) {
  const version = `${enterprise.programme}/${draft.form}`;
  return partsOf(draft.form, state.caseload?.forms?.[version], state.caseload?.standard?.[version]);
}

async function visitPage(uid) {
  const draft = await state.store.draft(uid);
  if (!draft) {
    location.hash = "#";
    return;
  }
  const enterprise = enterpriseOf(draft.enterprise, draft.about);
  const visit = state.caseload?.visits?.find((one) => one.uid === draft.visit);
  const code = draft.code ?? visit?.code ?? "";
  const isGroup = ["group", "cooperative"].includes(enterprise.kind);
  const parts = partsFor(draft, enterprise).map((part) => ({ ...part, asks: part.asks.filter((ask) => asked(ask, code, isGroup)) }));
  const saved = el("p", { class: "save is-neutral", role: "status", id: "saved" });
  const problems = el("div", { "aria-live": "assertive" });
  const problem = (text) => problems.replaceChildren(notice("blocked", el("p", {}, text)));
  let writing = Promise.resolve();
  let unkept = {}; // what the phone had no room for is written with the next answer, or before the visit is finished
  const keep = (answers) => {
    saved.className = "save is-doing";
    saved.textContent = t("keeping");
    writing = writing.then(async () => {
      const now = new Date().toISOString();
      unkept = { ...unkept, ...answers };
      try {
        await state.store.answer(uid, unkept, now);
        unkept = {};
        saved.className = "save is-done";
        saved.textContent = t("kept_at", { when: clockText(now) });
        saved.dataset.count = String(Number(saved.dataset.count ?? 0) + 1);
      } catch (error) {
        saved.className = "save is-blocked";
        saved.textContent = error.finished ? t("not_kept") : t("phone_full");
      }
    });
    return writing;
  };
  const form = new Form({ parts, draft, enterprise, store: state.store, keep, problem });
  const finish = async () => {
    await writing;
    const fresh = await state.store.draft(uid);
    if (!fresh) return (location.hash = "#");
    if (Object.keys(unkept).length) {
      await keep({});
      if (Object.keys(unkept).length) return problem(t("phone_full"));
      return finish();
    }
    const now = await clock();
    const found = check(parts, form.answers, enterprise, localDay(now), draft.started_at, Date.now());
    const invalid = main.querySelector("[aria-invalid]:not([hidden])");
    const named = found.map((one) => ({ ...one, text: t(one.key, one.values) }));
    form.mark(named);
    if (invalid || named.some((one) => one.blocks)) {
      problem(invalid ? t("no_number") : t("something_missing"));
      (invalid ?? main.querySelector(`[data-field="${named.find((one) => one.blocks).field}"]`))?.scrollIntoView({ block: "center" });
      return;
    }
    try {
      await state.store.finish(uid, await bodyOf(fresh, new Date().toISOString()), { name: draft.name, enterprise, made_at: new Date().toISOString() });
      location.hash = "#";
      state.sync.now();
    } catch {
      problem(t("phone_full"));
    }
  };
  const drop = async () => {
    if (!confirm(t("really_drop"))) return;
    await state.store.dropDraft(uid);
    location.hash = "#";
  };
  const parts_ = form.draw();
  main.replaceChildren(
    back(),
    el("header", { class: "page-head" }, el("h1", {}, enterprise.name), el("p", {}, draft.name || t("unplanned"), " · ", bdi(enterprise.case ?? "")), saved),
    visit?.reason ? notice("waiting", el("p", {}, t("returned_because", { reason: visit.reason }))) : "",
    visit?.releases ? notice("done", el("p", {}, t("releases", { number: visit.releases }))) : "",
    ...parts_,
    problems,
    el("p", { class: "form-actions" }, button(t("finish"), finish, "btn-primary", { id: "finish" }), " ", button(t("drop"), drop)),
  );
  if (draft.errors) form.mark(Object.entries(draft.errors).map(([field, sentences]) => ({ field, text: sentences.join(" "), blocks: true })));
  window.scrollTo(0, 0);
}

// The very bytes of a report. endedAt: when it was finished; for a draft its last change.
async function bodyOf(draft, endedAt = draft.touched_at) {
  const offset = (await state.store.kept("clock"))?.offset ?? 0;
  const began = new Date(draft.started_at).getTime() + offset * 1000;
  const day = draft.answers.performed_on;
  const made = !day || day === localDay(began) ? new Date(draft.started_at) : new Date(new Date(`${day}T12:00`).getTime() - offset * 1000);
  const media = (await state.store.mediaOf(draft.uid)).map(({ uid, sha256, bytes, type, kind, field, consent, caption, taken_at }) => ({ uid, sha256, bytes, type, kind, field, consent, caption, taken_at }));
  return JSON.stringify({
    visit: draft.visit,
    enterprise: draft.enterprise,
    form: draft.form,
    base: draft.base,
    started_at: draft.started_at,
    ended_at: endedAt,
    performed_at: made.toISOString(),
    clock_offset: offset,
    answers: draft.answers,
    media,
  });
}

async function reportPage(uid) {
  const row = await state.store.report(uid);
  if (!row) {
    location.hash = "#";
    return;
  }
  const parts = [back(), el("header", { class: "page-head" }, el("h1", {}, row.enterprise.name), el("p", {}, row.name || t("unplanned")))];
  if (row.state === "refused") {
    const asks = new Map(partsFor(row.draft, row.enterprise).flatMap((part) => part.asks).map((ask) => [ask.name, ask.label]));
    const sentences = Object.entries(row.errors ?? {}).map(([field, list]) => el("li", {}, asks.has(field) ? `${asks.get(field)}: ` : "", list.join(" ")));
    const correct = async () => { await state.store.reopen(uid); location.hash = `#visit/${uid}`; };
    parts.push(panel(t("refused"), el("ul", {}, ...sentences), el("p", {}, button(t("correct"), correct, "btn-primary"))));
  } else if (row.state === "conflict") {
    const again = async () => { await state.store.rename(uid); location.hash = "#"; state.sync.now(); };
    parts.push(panel(t("conflict"), el("p", {}, t("conflict_why")), el("p", {}, button(t("send_as_second"), again, "btn-primary"))));
  } else if (row.bad) {
    const bad = (await state.store.mediaOf(uid)).filter((one) => one.state === "bad");
    const let_go = async () => {
      if (!confirm(t("really_drop_photo"))) return;
      for (const one of bad) await state.store.dropMedia(one.uid);
      await state.store.release(uid);
      location.hash = "#";
    };
    parts.push(panel(t("bad_photo"), el("p", {}, t("bad_photo_why", { count: bad.length })), el("p", {}, button(t("drop_photo"), let_go))));
  } else {
    parts.push(panel(t("outbox"), el("p", {}, t(row.state === "arrived" ? "photos_follow" : "waiting")), el("p", {}, button(t("send_now"), () => state.sync.now(), "btn-primary"))));
  }
  main.replaceChildren(...parts);
}

function languageMenu() {
  const choose = async (code) => {
    localStorage.setItem("jalon-field-language-chosen", "1");
    await speak(code);
    location.reload();
  };
  return el("p", { class: "form-actions", role: "group", "aria-label": t("language") }, ...Object.entries(languages).map(([code, name]) => button(name, () => choose(code), code === language() ? "btn-primary btn-sm" : "btn-quiet btn-sm", { lang: code })));
}

async function saveRescue() {
  const blob = await rescueFile(state.store, bodyOf);
  const stamp = new Date().toISOString().slice(0, 16).replace(/[:T]/g, "-");
  download(blob, `jalon-rescue-${stamp}.json`);
  await state.store.keep("rescued", { at: new Date().toISOString(), unsent: await fingerprint() });
}

// What is unsent now, so that a rescue file counts only for what it holds.
async function fingerprint() {
  const rows = (await state.store.outbox()).map((row) => row.uid + row.sha256);
  const drafts = (await state.store.drafts()).map((draft) => draft.uid + draft.touched_at);
  const lists = (await state.store.lists()).map((row) => row.uid + row.sha256);
  const ticks = (await state.store.ticks()).map((list) => JSON.stringify(list));
  return [...rows, ...drafts, ...lists, ...ticks].sort().join();
}

async function mayLeave() {
  if (!(await state.store.unsent())) return true;
  return (await state.store.kept("rescued"))?.unsent === (await fingerprint());
}

async function logOut() {
  if (!(await mayLeave())) {
    const said = document.getElementById("leaving");
    said.replaceChildren(notice("blocked", el("p", {}, t("cannot_leave", { count: await state.store.unsent() })), el("p", {}, button(t("send_now"), () => state.sync.now()), " ", button(t("save_rescue"), saveRescue))));
    return;
  }
  const token = state.sync.token;
  state.sync.stop();
  const user = state.store.user;
  await state.store.wipe();
  state.store = null;
  if (token) await fetch(LOGOUT, { method: "POST", headers: { "X-CSRFToken": token }, credentials: "same-origin", redirect: "manual" }).catch(() => null);
  location.hash = "";
  location.reload();
  return user;
}

async function mePage() {
  const others = await othersOnThisPhone(state.store.user);
  const space = await navigator.storage?.estimate?.();
  const parts = [
    back(),
    el("header", { class: "page-head" }, el("h1", {}, t("me")), el("p", {}, state.caseload?.user?.name ?? "")),
    panel(t("language"), languageMenu()),
    panel(t("rescue"), el("p", {}, t("rescue_why")), el("p", {}, button(t("save_rescue"), saveRescue, "btn-quiet", { id: "rescue" }))),
  ];
  if (others) parts.push(notice("waiting", el("p", {}, t("others_wait", { count: others }))));
  if (space?.quota && space.usage / space.quota > 0.9) parts.push(notice("blocked", el("p", {}, t("nearly_full"))));
  parts.push(panel(t("log_out"), el("p", {}, t("log_out_why")), el("div", { id: "leaving", "aria-live": "assertive" }), el("p", {}, button(t("log_out"), logOut, "btn-danger", { id: "log-out" }))));
  parts.push(el("p", { class: "muted small" }, t("version", { version: VERSION })));
  main.replaceChildren(...parts);
}

// No coach any more: what was unsent is safe by now, or is asked for; then this phone forgets.
async function revoked() {
  if (state.leaving) return undefined;
  state.leaving = true;
  if (await state.store.unsent()) {
    if (await mayLeave()) return forget();
    main.replaceChildren(panel(t("not_a_coach"), el("p", {}, t("revoked_why", { count: await state.store.unsent() })), el("p", {}, button(t("save_rescue"), async () => { await saveRescue(); await forget(); }, "btn-primary"))));
    return undefined;
  }
  return forget();
}

async function forget() {
  state.sync.stop();
  await state.store.wipe();
  state.store = null;
  location.hash = "";
  welcome(404, { revoked: true });
}

navigator.serviceWorker?.register(root.dataset.worker, { scope: root.dataset.scope }).catch(() => null);
let hadWorker = Boolean(navigator.serviceWorker?.controller);
navigator.serviceWorker?.addEventListener("controllerchange", () => {
  if (hadWorker) {
    state.updated = true;
    changed();
  }
  hadWorker = true;
});
start().finally(() => root.toggleAttribute("data-ready", true));
