// The matrix: files by engine, and within them directives by engine.
"use strict";

(() => {
  const { beside, chip, count, counted, directiveLink, failed, h, keep, load, query, select, visible } = conform;
  const STEP = 200;
  const KEYS = ["view", "suite", "file", "text", "engine", "status", "phase", "trap", "feature",
    "unexpected", "disagree", "only", "passedby", "reached"];
  // What only directives have.
  const DEEP = ["status", "phase", "trap", "unexpected", "disagree", "only", "passedby", "reached"];

  const form = document.getElementById("filters");
  const summary = document.getElementById("summary");
  const matrix = document.getElementById("matrix");
  let data;
  let state;
  let known = { phase: new Set(), trap: new Set() };
  let turn = 0;

  function read() {
    const search = query();
    state = Object.fromEntries(KEYS.map((key) => [key, search.get(key) || ""]));
  }

  function deep() {
    return state.view === "directives" || state.file !== "" || DEEP.some((key) => state[key] !== "");
  }

  function change(changes, entry = true) {
    Object.assign(state, changes);
    keep(state, entry);
    render();
  }

  // `wasmtime-winch` is a `wasmtime`.
  function family(engine) {
    return engine.split("-")[0];
  }

  function families() {
    const names = data.engines.map(family);
    const several = names.filter((name, n) => names.indexOf(name) === n && names.lastIndexOf(name) !== n);
    return several.map((name) => [`${name}*`, `${visible(name)}, all engines`]);
  }

  function controls() {
    const any = (text) => [["", text]];
    const names = (list) => [...list].sort().map((name) => [name, visible(name)]);
    const one = (name) => (event) => change({ [name]: event.target.value });
    const check = (name, text) => h("label", { class: "check" },
      h("input", { type: "checkbox", name, checked: state[name] !== "",
        onchange: (event) => change({ [name]: event.target.checked ? "1" : "" }) }), text);
    const engines = data.engines.map((name) => [name, visible(name)]);
    const typed = h("input", { type: "search", name: "text", value: state.text, placeholder: "path or keyword",
      oninput: (event) => change({ text: event.target.value }, false) });
    form.replaceChildren(
      h("label", { class: "wide" }, h("span", {}, "Text"), typed),
      select("Show", "view", [["", "Files"], ["directives", "Directives"]], deep() ? "directives" : "",
        (event) => change(event.target.value ? { view: "directives" }
          : Object.fromEntries([...DEEP, "view", "file"].map((key) => [key, ""])))),
      select("Suite", "suite", any("all").concat(data.suites.map((name) => [name, visible(name)])), state.suite,
        (event) => change({ suite: event.target.value, file: "" })),
      select("Engine", "engine", any("all").concat(engines), state.engine, one("engine")),
      select("Status", "status", any("any").concat(data.statuses.map((s) => [s, s])), state.status, one("status")),
      select("Feature", "feature", any("any").concat(names(data.features)), state.feature, one("feature")),
      h("details", { class: "more", open: DEEP.slice(1).some((key) => state[key] !== "") },
        h("summary", {}, "More filters"),
        h("div", {},
          select("Phase", "phase", any("any").concat(names(known.phase)), state.phase, one("phase")),
          select("Trap", "trap", any("any").concat(names(known.trap)), state.trap, one("trap")),
          select("Not passed only by", "only", any("–").concat(families(), engines), state.only, one("only")),
          select("Passed by", "passedby", any("any number").concat(
            Array.from({ length: data.engines.length + 1 }, (_, n) => [String(n), counted(n, "engine", "engines")])),
          state.passedby, one("passedby")),
          check("disagree", "engines disagree"),
          check("unexpected", "unexpected"))),
      h("button", { type: "button", onclick: () => { change(Object.fromEntries(KEYS.map((key) => [key, ""]))); controls(); } }, "Clear"));
  }

  form.addEventListener("submit", (event) => event.preventDefault());

  function engines() {
    return data.engines.map((name, number) => [name, number])
      .filter(([name]) => state.engine === "" || name === state.engine);
  }

  function fileId(file) {
    return `${data.suites[file[0]]}/${file[1]}`;
  }

  function filesShown() {
    const feature = data.features.indexOf(state.feature);
    const text = state.text.toLowerCase();
    return data.files.map((file, number) => ({ file, number, id: fileId(file) })).filter(({ file, id }) =>
      (state.suite === "" || data.suites[file[0]] === state.suite)
      && (state.file === "" || id === state.file)
      && (state.feature === "" || file[3].includes(feature))
      && (state.engine === "" || file[4][data.engines.indexOf(state.engine)])
      && (deep() || text === "" || id.toLowerCase().includes(text)));
  }

  // A file on an engine: how many pass, and in words what the others do.
  function fileCell(name, counts) {
    if (!counts) return h("td", { class: "none", "data-label": name }, "–");
    const total = counts.slice(0, -1).reduce((sum, n) => sum + n, 0);
    const pass = counts[0];
    const rest = data.statuses.map((status, i) => [status, counts[i]]).slice(1).filter(([, n]) => n > 0);
    const unexpected = counts[counts.length - 1];
    const kind = unexpected ? "bad" : pass === total ? "all" : "some";
    return h("td", { class: kind, "data-label": name }, h("span", { class: "share" }, h("b", {}, pass), `/${total}`),
      rest.map(([status, n]) => h("span", { class: "note" }, `${n} ${status}`)),
      unexpected ? h("span", { class: "alarm" }, `${unexpected} unexpected`) : null);
  }

  function table(heading, rows, row, more) {
    const body = h("tbody");
    let shown = 0;
    const button = h("button", { type: "button" }, "Show more");
    const grow = () => {
      body.append(...rows.slice(shown, shown + STEP).map(row));
      shown = Math.min(shown + STEP, rows.length);
      button.hidden = shown === rows.length;
      if (more) more(shown);
    };
    button.addEventListener("click", grow);
    grow();
    return [h("table", { class: "matrix stack" },
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, heading),
        engines().map(([name]) => h("th", { scope: "col" }, visible(name))))), body), button];
  }

  function showFiles() {
    const rows = filesShown();
    summary.textContent = counted(rows.length, "file", "files");
    matrix.replaceChildren(...table("File", rows, ({ file, id }) => h("tr", {},
      h("th", { scope: "row" }, h("a", { class: "id", href: `?file=${encodeURIComponent(id)}`,
        onclick: (event) => { event.preventDefault(); change({ file: id, text: "" }); controls(); } }, visible(id))),
      engines().map(([name, number]) => fileCell(visible(name), file[4][number])))));
  }

  function passes(chunk, outcome) {
    return ["pass", "xpass"].includes(data.statuses[chunk.outcomes[outcome][0]]);
  }

  function wanted(chunk, id, row, reached) {
    const [line, keyword, ...results] = row;
    const text = state.text.toLowerCase();
    if (text !== "" && !`${id}:${line} ${chunk.words[keyword]}`.toLowerCase().includes(text)) return false;
    if (reached && !reached.has(line)) return false;
    const there = results.map((outcome, engine) => [outcome, engine]).filter(([outcome]) => outcome !== null);
    const considered = there.filter(([, engine]) => state.engine === "" || data.engines[engine] === state.engine);
    const some = (test) => considered.some(([outcome]) => test(chunk.outcomes[outcome]));
    if (state.engine !== "" && considered.length === 0) return false;
    const word = (number) => (number === null ? null : chunk.words[number]);
    if (state.status !== "" && !some(([status]) => data.statuses[status] === state.status)) return false;
    if (state.unexpected !== "" && !some(([, unexpected]) => unexpected)) return false;
    if (state.phase !== "" && !some(([, , , words]) => word(words[0]) === state.phase)) return false;
    if (state.trap !== "" && !some(([, , , words]) => [word(words[1]), word(words[2])].includes(state.trap))) return false;
    const passing = there.filter(([outcome]) => passes(chunk, outcome));
    if (state.disagree !== "" && (passing.length === 0 || passing.length === there.length)) return false;
    if (state.passedby !== "" && passing.length !== Number(state.passedby)) return false;
    if (state.only !== "") {
      const all = state.only.endsWith("*");
      const meant = (engine) => (all ? `${family(data.engines[engine])}*` : data.engines[engine]) === state.only;
      const failing = there.length - passing.length;
      if (passing.length === 0 || failing < (all ? 2 : 1)) return false;
      if (!there.every(([outcome, engine]) => meant(engine) !== passes(chunk, outcome))) return false;
    }
    return true;
  }

  function directiveCell(name, chunk, outcome) {
    if (outcome === null) return h("td", { class: "none", "data-label": name }, "–");
    const [status, unexpected, kind, words] = chunk.outcomes[outcome];
    const [phase, trap, site, feature, why] = words.map((number) => (number === null ? null : chunk.words[number]));
    const told = [chunk.words[kind], phase, site || trap, feature].filter(Boolean).join(" ");
    return h("td", { "data-label": name }, chip(data.statuses[status], unexpected), " ",
      h("span", { class: "note" }, beside(data.statuses[status], told)),
      why ? h("span", { class: "why" }, visible(why.length > 160 ? `${why.slice(0, 160)}…` : why)) : null);
  }

  async function showDirectives(mine) {
    const files = filesShown();
    const suites = [...new Set(files.map(({ file }) => file[0]))];
    const reachedBy = state.reached === "" ? null : (await load("reached"))[state.reached] || [];
    const lines = new Map();
    for (const [file, line] of reachedBy || []) {
      if (!lines.has(file)) lines.set(file, new Set());
      lines.get(file).add(line);
    }
    const chosen = new Map(files.map((file) => [file.number, file]));
    const rows = [];
    let all = 0;
    for (const suite of suites) {
      for (let part = 0; part < data.chunks[suite]; part += 1) {
        const chunk = await load(`suite/${suite}/${part}`);
        if (mine !== turn) return;
        for (const [, , , words] of chunk.outcomes) {
          if (words[0] !== null) known.phase.add(chunk.words[words[0]]);
          for (const number of [words[1], words[2]]) if (number !== null) known.trap.add(chunk.words[number]);
        }
        for (const [number, directives] of chunk.files) {
          const file = chosen.get(number);
          if (!file) continue;
          for (const row of directives) {
            all += 1;
            if (reachedBy && !lines.has(number)) continue;
            if (wanted(chunk, file.id, row, lines.get(number))) rows.push({ chunk, file, row });
          }
        }
      }
    }
    summary.replaceChildren(`${counted(rows.length, "directive", "directives")} of ${count(all)}`,
      state.file === "" ? "" : ` in ${visible(state.file)}`,
      state.reached === "" ? "" : ` that reach ${visible(state.reached)}`);
    matrix.replaceChildren(...table("Directive", rows, ({ chunk, file, row: [line, keyword, ...results] }) =>
      h("tr", {}, h("th", { scope: "row" }, directiveLink(`${file.id}:${line}`), " ",
        h("span", { class: "note" }, chunk.words[keyword])),
      engines().map(([name, number]) => directiveCell(visible(name), chunk, results[number])))));
  }

  function render() {
    turn += 1;
    if (!deep()) {
      showFiles();
      return;
    }
    const sizes = [known.phase.size, known.trap.size];
    const mine = turn;
    showDirectives(mine).then(() => {
      // What can be chosen is what has been seen; typing goes on meanwhile.
      const grown = known.phase.size !== sizes[0] || known.trap.size !== sizes[1];
      if (mine === turn && grown && !form.contains(document.activeElement)) controls();
    }, (error) => failed(matrix, error));
  }

  load("files").then((files) => {
    data = files;
    read();
    controls();
    render();
    addEventListener("popstate", () => { read(); controls(); render(); });
  }, (error) => failed(matrix, error));
})();
