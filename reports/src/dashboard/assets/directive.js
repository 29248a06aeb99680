// The page of one directive.
"use strict";

(() => {
  const { beside, chip, directiveLink, failed, h, load, query, slug, visible } = conform;
  const AROUND = 12;
  const target = document.getElementById("directive");

  function quoted(word) {
    return /^[A-Za-z0-9\-_./=:,@+]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
  }

  function copied(text, label) {
    const button = h("button", { type: "button", onclick: () => navigator.clipboard.writeText(text).then(
      () => { button.textContent = "Copied"; },
      () => { getSelection().selectAllChildren(code); }) }, "Copy");
    const code = h("code", {}, visible(text));
    return h("div", { class: "command", role: "group", "aria-label": label }, h("pre", { tabindex: "0" }, code), button);
  }

  function source(part, view) {
    if (part.source === "") return h("p", { class: "note" }, "The script is not at hand.");
    const lines = part.source.split("\n");
    const [first, last] = view.lines;
    let from = Math.max(first - AROUND, part.first);
    let to = Math.min(last + AROUND, part.first + lines.length - 1);
    const pre = h("pre", { class: "source", tabindex: "0", "aria-label": "Source" });
    const button = h("button", { type: "button" }, "Show more lines");
    const show = () => {
      pre.replaceChildren(...lines.slice(from - part.first, to - part.first + 1).map((line, i) => {
        const number = from + i;
        const marked = number >= first && number <= last;
        return h("span", { class: marked ? "line marked" : "line" },
          h("span", { class: "number", "aria-hidden": "true" }, `${number}`), visible(line), "\n");
      }));
      button.hidden = from === part.first && to === part.first + lines.length - 1;
    };
    button.addEventListener("click", () => {
      from = Math.max(from - 200, part.first);
      to = Math.min(to + 200, part.first + lines.length - 1);
      show();
    });
    show();
    return h("div", {}, pre, button);
  }

  function history(data, part, number) {
    const changes = part.histories[number];
    return h("ol", { class: "history", reversed: true }, changes.slice().reverse().map(([run, seen]) => {
      const [id, when, notes] = data.runs[run];
      const before = data.runs[run - 1];
      const since = before ? `compare.html?a=${encodeURIComponent(before[0])}&b=${encodeURIComponent(id)}` : null;
      return h("li", {}, since ? h("a", { href: since, title: "What this run changed" }, h("time", {}, when)) : h("time", {}, when), " ",
        seen === null ? h("span", { class: "note" }, "not there any more")
          : [chip(data.statuses[seen[0]], seen[1]), " ", h("span", { class: "note" }, beside(data.statuses[seen[0]], part.texts[seen[2]]))],
        notes ? h("span", { class: "note" }, ` (${visible(notes)})`) : null);
    }));
  }

  function engine(data, part, view, id, number) {
    const result = view.results[number];
    const name = data.engines[number];
    if (result === null) return null;
    const text = (key) => (result[key] === undefined ? null : visible(part.texts[result[key]]));
    const rows = [];
    const row = (label, ...values) => { if (values[0] !== null) rows.push(h("dt", {}, label), h("dd", {}, values)); };
    row("observed", text("o"));
    row("trap", text("class"));
    row("site", text("site"));
    row("message", result.message === undefined ? null : h("code", {}, text("message")));
    row("mismatch", text("mismatch"));
    row("blocked by", result.culprit === undefined ? null : directiveLink(part.texts[result.culprit]));
    if (result.expectation) {
      const [status, reason, link] = result.expectation.map((n) => (n === null ? null : part.texts[n]));
      const web = link !== null && /^https?:\/\//.test(link);
      row("expectation", `${status}: `, visible(reason), " ",
        link === null ? "" : web ? h("a", { href: link }, visible(link)) : visible(link));
    }
    if (result.reached) {
      row("reached", h("span", {}, result.reached.flatMap((n) => [h("code", {}, visible(part.texts[n])), " "])));
    }
    const suite = part.argument === null ? part.suite : part.argument;
    const command = `cargo run --release -- run --engine ${quoted(name)} --suite ${quoted(suite)} --filter ${quoted(id)}`;
    return h("section", { class: "engine" },
      h("h3", {}, visible(name), " ", chip(data.statuses[result.s], result.u)),
      h("dl", {}, rows),
      h("h4", {}, "Reproduce"), copied(command, `Command for ${name}`),
      h("h4", {}, "Changes over the runs"), history(data, part, result.h));
  }

  function minimal(part, view) {
    if (part.source === "") return null;
    const own = part.source.split("\n").slice(view.lines[0] - part.first, view.lines[1] - part.first + 1).join("\n");
    const text = [...view.needs.map((n) => part.needs[n][1]), own].join("\n\n") + "\n";
    return h("details", { class: "section" }, h("summary", {}, h("span", {}, "Minimal script"),
      h("span", { class: "note" }, "the directive and what it depends on")),
    h("p", { class: "note" }, "What it defines, instantiates, registers and calls before. Assertions before it are left out: where those change what it meets, the whole file is what counts."),
    copied(text, "Minimal script"));
  }

  async function show() {
    const data = await load("files");
    const id = query().get("d") || "";
    const colon = id.lastIndexOf(":");
    const path = id.slice(0, colon);
    const line = Number(id.slice(colon + 1));
    const file = data.files.find((other) => `${data.suites[other[0]]}/${other[1]}` === path);
    if (!file) throw new Error(id === "" ? "The address names no directive." : `There is no file ${visible(path)}.`);
    const number = Math.max(file[2].findLastIndex((first) => first <= line), 0);
    const part = await load(`file/${slug(path)}/${number}`);
    const views = part.directives.filter((view) => view.lines[0] === line);
    if (views.length === 0) throw new Error(`No directive of ${visible(path)} begins on line ${line}.`);
    document.title = `${id} · conform`;
    target.replaceChildren(...views.flatMap((view) => {
      const index = part.directives.indexOf(view);
      const step = (other, text) => (other ? h("a", { href: `?d=${encodeURIComponent(`${path}:${other.lines[0]}`)}` }, text) : null);
      return [
        h("h2", { class: "id" }, visible(id)),
        h("p", { class: "steps" },
          h("a", { href: `matrix.html?file=${encodeURIComponent(path)}` }, "All of the file"),
          step(part.directives[index - 1], "← Previous"), step(part.directives[index + 1], "Next →")),
        h("dl", {}, h("dt", {}, "directive"), h("dd", {}, visible(part.texts[view.directive])),
          h("dt", {}, "asserts"), h("dd", {}, visible(part.texts[view.expected])),
          part.features.length ? [h("dt", {}, "features"), h("dd", {}, part.features.join(", "))] : null),
        source(part, view),
        h("div", { class: "engines" }, data.engines.map((_, n) => engine(data, part, view, id, n)).filter(Boolean)),
        minimal(part, view),
      ].filter(Boolean);
    }));
  }

  show().catch((error) => failed(target, error));
})();
