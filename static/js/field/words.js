// The texts of the app and the questions of the form, in the coach's language; they lie in the shell's cache.

const root = document.documentElement;
let texts = { language: "fr", words: {}, forms: {} };

export const languages = { fr: "Français", ar: "العربية", en: "English" };
export const language = () => texts.language;

export async function speak(code) {
  const wanted = code in languages ? code : "fr";
  const answer = await fetch(root.dataset.texts.replace("fr", wanted), { credentials: "omit" });
  texts = await answer.json();
  root.lang = texts.language;
  root.dir = texts.dir;
  localStorage.setItem("jalon-field-language", wanted);
}

// A sentence; {name} in it is replaced. With a number, the form that the language has for it.
export function t(key, values = {}) {
  let text = texts.words[key] ?? key;
  if (typeof text === "object") {
    const form = new Intl.PluralRules(texts.language).select(values.count);
    text = text[form] ?? text.other;
  }
  return text.replace(/\{(\w+)\}/g, (_all, name) => values[name] ?? "");
}

const local = (options) => new Intl.DateTimeFormat(`${texts.language}-u-nu-latn`, options);
export const dayText = (day) => local({ weekday: "short", day: "numeric", month: "short" }).format(new Date(`${day}T12:00`));
export const momentText = (moment) => local({ weekday: "short", hour: "2-digit", minute: "2-digit" }).format(new Date(moment));
export const clockText = (moment) => local({ hour: "2-digit", minute: "2-digit" }).format(new Date(moment));

const said = (text) => (typeof text === "object" ? text[texts.language] || text.fr || text.en || text.ar || "" : text);

function inLanguage(ask) {
  return {
    ...ask,
    label: said(ask.label),
    help: said(ask.help ?? ""),
    choices: ask.choices?.map(([value, label]) => [value, said(label)]),
    columns: ask.columns?.map(inLanguage),
  };
}

// The parts of a version: the standard form as a programme wants it, and what it added to it.
export function partsOf(version, added = [], wanted = {}) {
  const asked = (part) => ({ ...part, asks: part.asks.filter((ask) => !wanted[ask.name]?.off).map((ask) => ({ ...ask, ...wanted[ask.name] })) });
  const standard = (texts.forms["1"] ?? []).map(asked);
  const more = added.map((part) => ({ ...part, title: said(part.title), note: said(part.note ?? "") }));
  return [...standard, ...more].map((part) => ({ ...part, asks: part.asks.map(inLanguage) }));
}
