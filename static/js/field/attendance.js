// Attendance of support sessions: the lists that a coach leads, ticked with or without a line.

import { bdi, button, el, notice, panel } from "./dom.js";
import { clockText, dayText, t } from "./words.js";

// The very bytes of a list.
export async function listBody(store, list) {
  const clock_offset = (await store.kept("clock"))?.offset ?? 0;
  const ticks = Object.entries(list.marks).map(([row, mark]) => ({ row: Number(row), present: mark.present, seen: mark.seen ?? null, at: mark.at }));
  return JSON.stringify({ session: list.session, clock_offset, ticks, more: list.more.split(/[\s,;]+/).filter(Boolean) });
}

// The sessions of the home page: what is open, what was begun, what waits to be sent. Null when there is nothing.
export async function sessionsPanel(store, sessions) {
  const [begun, waiting] = [await store.ticks(), await store.lists()];
  if (!sessions.length && !begun.length && !waiting.length) return null;
  const lines = sessions.map((session) => {
    const list = begun.find((one) => one.session === session.id);
    const said = list ? el("strong", {}, t("ticking_begun")) : session.rows.some((row) => row.disputed) ? el("strong", {}, t("some_disputed")) : null;
    return el("li", {}, el("a", { href: `#session/${session.id}`, "data-session": session.id }, session.title), el("span", { class: "line" }, `${dayText(session.day)} · ${session.site}`, " ", said));
  });
  const gone = begun.filter((list) => !sessions.some((one) => one.id === list.session));
  lines.push(...gone.map((list) => el("li", {}, el("a", { href: `#session/${list.session}` }, t("attendance")), el("span", { class: "line" }, t("ticking_begun")))));
  const sent = waiting.map((row) => {
    const key = row.state === "refused" ? "refused" : "waiting";
    return el("li", { "data-list": row.uid, "data-state": row.state }, row.state === "refused" ? el("a", { href: `#list/${row.uid}` }, row.title) : row.title, el("span", { class: "line" }, t(key)));
  });
  return panel(t("sessions"), el("ul", { class: "stack tight" }, ...sent, ...lines));
}

// The list of one session. said(text) shows a problem; done() leaves the page.
export async function drawSession(main, back, { store, session, done }) {
  const list = (await store.ticksOf(session.id)) ?? { session: session.id, marks: {}, more: "" };
  const saved = el("p", { class: "save is-neutral", role: "status", id: "saved" });
  const problems = el("div", { "aria-live": "assertive" });
  const problem = (text) => problems.replaceChildren(notice("blocked", el("p", {}, text)));
  const keep = async (work) => {
    try {
      await work();
      saved.className = "save is-done";
      saved.textContent = t("kept_at", { when: clockText(new Date().toISOString()) });
    } catch {
      saved.className = "save is-blocked";
      saved.textContent = t("phone_full");
    }
  };
  const mark = (row, present) => keep(() => store.tick(session.id, row.row, present, row.present, new Date().toISOString()));
  const lines = session.rows.map((row) => {
    const now = list.marks[row.row]?.present ?? row.present;
    const choices = [[true, "present"], [false, "absent"]].map(([value, key]) => {
      const id = `a-${row.row}-${key}`;
      const input = el("input", { type: "radio", class: "form-check-input", id, name: `a-${row.row}` });
      input.checked = now === value;
      input.addEventListener("change", () => mark(row, value));
      return el("div", { class: "form-check" }, input, el("label", { class: "form-check-label", for: id }, t(key)));
    });
    const doubt = row.disputed ? el("p", { class: "dot is-blocked", id: `d-${row.row}` }, t("disputed")) : null;
    const group = { "aria-describedby": row.disputed && `d-${row.row}` };
    return el("li", { "data-row": row.row }, el("fieldset", group, el("legend", { class: "form-label" }, bdi(row.person)), doubt, el("div", { class: "line" }, ...choices)));
  });
  const everybody = button(t("all_present"), async () => {
    for (const box of main.querySelectorAll("li[data-row]")) {
      if (box.querySelector("input:checked")) continue;
      const input = box.querySelector("input");
      input.checked = true;
      await mark(session.rows.find((row) => row.row === Number(box.dataset.row)), true);
    }
  });
  const more = el("input", { type: "text", class: "form-control", id: "came-too", autocomplete: "off", dir: "ltr", maxlength: "600" });
  more.value = list.more;
  more.addEventListener("input", () => keep(() => store.cameToo(session.id, more.value.trim())));
  const finish = async () => {
    const ticks = await store.ticksOf(session.id);
    if (!ticks) return problem(t("nothing_ticked"));
    try {
      await store.finishList(session.id, await listBody(store, ticks), { title: session.title, ticks, made_at: new Date().toISOString() });
      return done();
    } catch {
      return problem(t("phone_full"));
    }
  };
  main.replaceChildren(
    back(),
    el("header", { class: "page-head" }, el("h1", {}, session.title), el("p", {}, [session.day && dayText(session.day), session.site].filter(Boolean).join(" · ")), saved),
    panel(t("attendance"), session.rows.length ? el("ul", { class: "stack tight" }, ...lines) : el("p", { class: "muted" }, t("nobody_listed")), session.rows.length ? el("p", {}, everybody) : null),
    panel(t("came_too"), el("label", { class: "form-label", for: "came-too" }, t("references")), more, el("p", { class: "form-text" }, t("references_help"))),
    problems,
    el("p", { class: "form-actions" }, button(t("finish_list"), finish, "btn-primary", { id: "finish-list" })),
  );
  window.scrollTo(0, 0);
}

// A list that the server refused, with its reasons.
export function drawRefusedList(main, back, { store, row, done }) {
  const again = async () => {
    await store.reopenList(row.uid);
    done(`#session/${row.session}`);
  };
  const sentences = Object.values(row.errors ?? {}).map((list) => el("li", {}, list.join(" ")));
  main.replaceChildren(
    back(),
    el("header", { class: "page-head" }, el("h1", {}, row.title)),
    panel(t("refused"), el("ul", {}, ...sentences), el("p", {}, button(t("correct"), again, "btn-primary"))),
  );
}
