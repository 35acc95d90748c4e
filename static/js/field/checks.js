// What blocks and what only warns, on the phone; the server asks the same again (followup/visit_form.py).

export const money = (minor, digits) => {
  const sign = minor < 0 ? "-" : "";
  const text = String(Math.abs(minor)).padStart(digits + 1, "0");
  return digits ? `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}` : sign + text;
};

const plain = (text) =>
  text
    .replace(/[٠-٩]/g, (digit) => "٠١٢٣٤٥٦٧٨٩".indexOf(digit))
    .replace(/[۰-۹]/g, (digit) => "۰۱۲۳۴۵۶۷۸۹".indexOf(digit))
    .replace(/[\s\u00a0\u202f']/g, "")
    .replace("−", "-")
    .replace(/[,٫]/g, ".");

// "1 250,50" and Arabic digits to minor units; null when it is no amount.
export function minor(text, digits, signed = false) {
  const match = /^(-?)(\d{1,12})(?:\.(\d+))?$/.exec(plain(text));
  if (!match || (match[1] && !signed)) return null;
  const fraction = (match[3] ?? "").replace(/0+$/, "");
  if (fraction.length > digits) return null;
  const value = Number(match[2] + fraction.padEnd(digits, "0"));
  return match[1] ? -value : value;
}

const EARTH = 6371;
function kilometres([lat1, lon1], [lat2, lon2]) {
  const radians = (degrees) => (degrees * Math.PI) / 180;
  const part = Math.sin(radians(lat2 - lat1) / 2) ** 2 + Math.cos(radians(lat1)) * Math.cos(radians(lat2)) * Math.sin(radians(lon2 - lon1) / 2) ** 2;
  return 2 * EARTH * Math.asin(Math.min(1, Math.sqrt(part)));
}

// "2,5" and Arabic digits to a number; null when it is none.
export function decimal(text) {
  const match = /^-?\d{1,12}(?:\.\d{1,6})?$/.exec(plain(text));
  return match ? Number(match[0]) : null;
}

export const shown = (ask, answers) => !ask.shown_if || [answers[ask.shown_if[0]] ?? []].flat().some((one) => ask.shown_if[1].includes(one));

// Whether a visit of a code asks it, of a group or of one person.
export const asked = (ask, code, isGroup) => (isGroup || !ask.groups) && (!ask.visits || ask.visits.includes(code));

export const spent = (answers) => (answers.funds ?? []).reduce((sum, row) => sum + (row.spent ?? 0), 0);

// Returns [{field, text key, values, blocks}].
export function check(parts, answers, enterprise, today, startedAt, now) {
  const found = [];
  const say = (field, key, blocks, values = {}) => found.push({ field, key, blocks, values });
  for (const ask of parts.flatMap((part) => part.asks)) {
    if (!shown(ask, answers) || ["photos", "signature", "place", "note"].includes(ask.kind)) continue;
    const value = answers[ask.name] ?? "";
    if (value === "" && ask.must) say(ask.name, "must", true);
    if (value === "" && ask.wish) say(ask.name, "wish", false);
    const size = Array.isArray(value) ? value.length : value;
    if (typeof size !== "number") continue;
    const bound = (number) => ({ number: ask.kind === "money" ? `${money(number, enterprise.digits)} ${enterprise.currency}` : String(number) });
    if (size < (ask.least ?? -Infinity)) say(ask.name, "at_least", !ask.soft, bound(ask.least));
    if (size > (ask.most ?? Infinity)) say(ask.name, "at_most", !ask.soft, bound(ask.most));
  }
  if (answers.performed_on > today) say("performed_on", "in_future", true);
  const funds = (answers.funds ?? []).some((row) => row.spent !== undefined);
  if (enterprise.paid !== null && funds && spent(answers) !== enterprise.paid && !answers.funds_explanation) {
    say("funds_explanation", "funds_differ", true);
  }
  if (["closed", "sold", "suspended"].includes(answers.status) && !answers.cause) say("cause", "why_stopped", false);
  const before = enterprise.turnover_before;
  if (before && answers.turnover !== undefined && (answers.turnover > 3 * before || answers.turnover * 3 < before)) {
    say("turnover", "turnover_far", false);
  }
  if (now - new Date(startedAt) < 600_000) say("performed_on", "short_visit", false);
  if (enterprise.place && answers.latitude !== undefined) {
    const away = kilometres(enterprise.place, [answers.latitude, answers.longitude]);
    if (away > 5) say("place", "far_away", false, { km: Math.round(away) });
  }
  return found;
}
