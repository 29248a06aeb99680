// Two runs: what the runs from the one to the other changed.
"use strict";

(() => {
  const { beside, chip, count, counted, directiveLink, failed, h, keep, load, query, select, visible } = conform;
  const STEP = 100;
  const form = document.getElementById("runs");
  const summary = document.getElementById("summary");
  const target = document.getElementById("changes");
  const rest = document.getElementById("rest");
  let data;
  let state;
  // Of two runs in a row only the first chunk is loaded until the reader asks for more.
  let whole = false;

  function read() {
    const search = query();
    const position = (name, other) => {
      const found = data.runs.findIndex(([id]) => id === search.get(name));
      return found < 0 ? other : found;
    };
    const last = data.runs.length - 1;
    state = { a: position("a", Math.max(last - 1, 0)), b: position("b", last), engine: search.get("engine") || "", suite: search.get("suite") || "" };
  }

  function change(changes) {
    Object.assign(state, changes);
    whole = false;
    keep({ a: data.runs[state.a][0], b: data.runs[state.b][0], engine: state.engine, suite: state.suite }, true);
    show();
  }

  function controls() {
    const runs = data.runs.map(([, when, notes], n) => [String(n), notes ? `${when} (${visible(notes)})` : when]).reverse();
    const any = (names) => [["", "all"]].concat(names.map((name) => [name, visible(name)]));
    form.replaceChildren(
      select("From", "a", runs, String(state.a), (event) => change({ a: Number(event.target.value) })),
      select("To", "b", runs, String(state.b), (event) => change({ b: Number(event.target.value) })),
      select("Engine", "engine", any(data.engines), state.engine, (event) => change({ engine: event.target.value })),
      select("Suite", "suite", any(data.suites), state.suite, (event) => change({ suite: event.target.value })));
  }

  form.addEventListener("submit", (event) => event.preventDefault());

  // How many changes are not loaded.
  function partly() {
    const more = data.changes[state.b] - data.entries;
    return !whole && state.a + 1 === state.b && more > 0 ? more : 0;
  }

  // The first state and the last of each directive over the runs.
  async function changes(from, to) {
    const entries = new Map();
    for (let run = from + 1; run <= to; run += 1) {
      const parts = Math.ceil(data.changes[run] / data.entries);
      for (let part = 0; part < (partly() ? 1 : parts); part += 1) {
        const { words, changes: list } = await load(`changes/${run}/${part}`);
        const told = (seen) => (seen === null ? null : { status: data.statuses[seen[0]], unexpected: seen[1], outcome: words[seen[2]] });
        for (const [suite, path, line, hash, occurrence, engine, before, after] of list) {
          const key = JSON.stringify([words[suite], words[path], hash, occurrence, words[engine]]);
          if (!entries.has(key)) {
            entries.set(key, { suite: words[suite], path: words[path], line, hash, occurrence, engine: words[engine], before: told(before) });
          }
          entries.get(key).after = told(after);
        }
      }
    }
    return [...entries.values()];
  }

  function same(a, b) {
    return a === b || (a !== null && b !== null && a.status === b.status && a.unexpected === b.unexpected && a.outcome === b.outcome);
  }

  // The same as `Direction::of` of the program that writes the chunks.
  function kind({ before, after }) {
    if (before === null) return "new";
    if (after === null) return "gone";
    const passed = (seen) => seen.status === "pass";
    if ((passed(before) && !passed(after)) || (!before.unexpected && after.unexpected)) return "worse";
    if ((passed(after) && !passed(before)) || (before.unexpected && !after.unexpected)) return "better";
    return "otherwise different";
  }

  // What went and came with the same text was moved to another file.
  function renamed(groups) {
    const gone = new Map();
    const key = (entry) => JSON.stringify([entry.suite, entry.hash, entry.occurrence, entry.engine]);
    for (const entry of groups.gone) gone.set(key(entry), entry);
    groups.new = groups.new.filter((entry) => {
      const other = gone.get(key(entry));
      if (!other) return true;
      gone.delete(key(entry));
      groups.gone.splice(groups.gone.indexOf(other), 1);
      groups.renamed.push({ ...entry, before: other.before, was: other.path });
      return false;
    });
  }

  function cell(label, seen) {
    return seen === null ? h("td") : h("td", { "data-label": label },
      chip(seen.status, seen.unexpected), " ", h("span", { class: "note" }, beside(seen.status, seen.outcome)));
  }

  function group(name, entries) {
    const body = h("tbody");
    let shown = 0;
    const button = h("button", { type: "button" }, "Show more");
    const grow = () => {
      body.append(...entries.slice(shown, shown + STEP).map((entry) => h("tr", {},
        h("th", { scope: "row" }, entry.line === null
          ? h("span", { class: "id" }, visible(`${entry.suite}/${entry.path}`))
          : directiveLink(`${entry.suite}/${entry.path}:${entry.line}`),
        entry.was ? h("span", { class: "note" }, ` was ${visible(entry.was)}`) : null),
        h("td", {}, visible(entry.engine)), cell("was", entry.before), cell("is", entry.after))));
      shown = Math.min(shown + STEP, entries.length);
      button.hidden = shown === entries.length;
    };
    button.addEventListener("click", grow);
    grow();
    const th = (text) => h("th", { scope: "col" }, text);
    return h("section", {}, h("h2", {}, `${name[0].toUpperCase()}${name.slice(1)}: ${count(entries.length)}`),
      h("div", { class: "scroll" }, h("table", { class: "stack" }, h("thead", {}, h("tr", {}, th("Directive"), th("Engine"), th("Was"), th("Is"))), body)), button);
  }

  async function show() {
    const forward = state.a <= state.b;
    let entries = await changes(Math.min(state.a, state.b), Math.max(state.a, state.b));
    if (!forward) entries = entries.map((entry) => ({ ...entry, before: entry.after, after: entry.before }));
    entries = entries.filter((entry) => !same(entry.before, entry.after)
      && (state.engine === "" || entry.engine === state.engine) && (state.suite === "" || entry.suite === state.suite));
    entries.sort((x, y) => (x.suite + x.path < y.suite + y.path ? -1 : x.suite + x.path > y.suite + y.path ? 1 : (x.line || 0) - (y.line || 0)));
    const groups = { worse: [], better: [], "otherwise different": [], new: [], gone: [], renamed: [] };
    for (const entry of entries) groups[kind(entry)].push(entry);
    renamed(groups);
    summary.textContent = state.a === state.b ? "The two are one run."
      : Object.entries(groups).filter(([, list]) => list.length).map(([name, list]) => `${count(list.length)} ${name}`).join(", ") || "Nothing differs.";
    const more = partly();
    rest.replaceChildren(...(more === 0 ? [] : [h("p", {}, `Of all changes, those that matter most. ${count(more)} more are not loaded. `,
      h("button", { type: "button", onclick: () => { whole = true; show(); } }, "Load them"))]));
    target.replaceChildren(...Object.entries(groups).filter(([, list]) => list.length).map(([name, list]) => group(name, list)));
  }

  load("files").then((files) => {
    data = files;
    read();
    controls();
    addEventListener("popstate", () => { read(); controls(); show(); });
    return show();
  }).catch((error) => failed(target, error));
})();
