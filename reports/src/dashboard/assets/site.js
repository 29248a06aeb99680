// What all pages share: chunks of data, elements, the theme, and state in the address.
"use strict";

const conform = (() => {
  const chunks = new Map();
  const waiting = new Map();

  // Every chunk is a script that calls this.
  function put(name, data) {
    chunks.set(name, data);
  }

  // A page that was opened from a file may load scripts and nothing else.
  function load(name) {
    if (chunks.has(name)) return Promise.resolve(chunks.get(name));
    if (!waiting.has(name)) {
      waiting.set(name, new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.src = `data/${name}.js`;
        script.onload = () => resolve(chunks.get(name));
        script.onerror = () => reject(new Error(`data/${name}.js cannot be loaded`));
        document.head.append(script);
      }));
    }
    return waiting.get(name);
  }

  // Text becomes text nodes: nothing that was run is ever markup.
  function h(tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else if (value === true) element.setAttribute(name, "");
      else if (value !== false && value != null) element.setAttribute(name, value);
    }
    element.append(...children.flat(Infinity).filter((child) => child != null && child !== false));
    return element;
  }

  // What has no visible form, as an escape.
  function visible(text) {
    return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff]/g,
      (c) => `\\u{${c.charCodeAt(0).toString(16)}}`);
  }

  // The same as `slug` of the program that writes the chunks.
  function slug(path) {
    let start = true;
    let slug = "";
    for (const byte of new TextEncoder().encode(path)) {
      const c = String.fromCharCode(byte);
      const plain = /[a-z0-9_-]/.test(c) || (!start && (c === "/" || c === "."));
      slug += plain ? c : `=${byte.toString(16).padStart(2, "0")}`;
      start = c === "/";
    }
    return slug;
  }

  function count(number) {
    return String(number).replace(/\B(?=(\d{3})+$)/g, "\u202f");
  }

  function counted(number, one, more) {
    return `${count(number)} ${number === 1 ? one : more}`;
  }

  function chip(status, unexpected) {
    return h("span", { class: `chip ${status}${unexpected ? " unexpected" : ""}` },
      unexpected ? `${status} !` : status);
  }

  // What there is to say beside a status: an outcome that is called like it says no more.
  function beside(status, outcome) {
    if (outcome === status) return "";
    return visible(outcome.startsWith(`${status} `) ? outcome.slice(status.length + 1) : outcome);
  }

  function directiveLink(id) {
    return h("a", { class: "id", href: `directive.html?d=${encodeURIComponent(id)}` }, visible(id));
  }

  function query() {
    return new URLSearchParams(location.search);
  }

  // Keeps state in the address, without what is empty; the browser's back button works.
  function keep(state, entry) {
    const search = new URLSearchParams(Object.entries(state).filter(([, value]) => value !== ""));
    const address = search.size ? `?${search}` : location.pathname;
    if (entry) history.pushState(null, "", address);
    else history.replaceState(null, "", address);
  }

  function select(label, name, options, value, change) {
    const select = h("select", { name, onchange: change },
      options.map(([key, text]) => h("option", { value: key, selected: key === value }, text)));
    return h("label", {}, h("span", {}, label), select);
  }

  function failed(element, error) {
    element.replaceChildren(h("p", { class: "alarm" }, error.message));
  }

  function theme() {
    const button = document.getElementById("theme");
    const system = matchMedia("(prefers-color-scheme: dark)");
    let chosen = null;
    try {
      chosen = localStorage.getItem("conform-theme");
    } catch {
      // A browser may refuse storage to files: the choice then lasts as long as the page.
    }
    const show = () => {
      const dark = chosen ? chosen === "dark" : system.matches;
      document.documentElement.style.colorScheme = chosen || "";
      button.textContent = dark ? "Light" : "Dark";
      button.setAttribute("aria-label", dark ? "Use light colours" : "Use dark colours");
      return dark;
    };
    button.addEventListener("click", () => {
      chosen = show() ? "light" : "dark";
      try {
        localStorage.setItem("conform-theme", chosen);
      } catch {
        // As above.
      }
      show();
    });
    system.addEventListener("change", show);
    show();
  }

  document.addEventListener("DOMContentLoaded", theme);
  return { beside, chip, count, counted, directiveLink, failed, h, keep, load, put, query, select, slug, visible };
})();
