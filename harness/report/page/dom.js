// Small helpers. Text from outside only ever becomes text nodes and attribute values, never markup.

const $ = (id) => document.getElementById(id);

function el(name, attributes, ...children) {
  return fill(document.createElement(name), attributes, children);
}

function svg(name, attributes, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);
}

function fill(node, attributes, children) {
  for (const [key, value] of Object.entries(attributes || {})) {
    if (value !== null && value !== undefined && value !== false) node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.filter((c) => c !== null && c !== undefined && c !== ""));
  return node;
}

// Characters that would act on the reader's screen are shown instead: controls, bidi controls, invisible ones.
// ACTING is the list of harness/pages.py, put in front of this script; texts keep their line ends.
const codeOf = (c) => "U+" + c.codePointAt(0).toString(16).toUpperCase().padStart(4, "0");

function shown(text) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(ACTING)) {
    if (match[0] === "\n") continue;
    if (match.index > from) nodes.push(text.slice(from, match.index));
    for (const c of match[0]) nodes.push(el("span", { class: "ctl", title: "a control character, shown instead of obeyed" }, codeOf(c)));
    from = match.index + match[0].length;
  }
  if (from < text.length) nodes.push(text.slice(from));
  return nodes;
}

function plain(text) {
  return text.replace(ACTING, (run) => run === "\n" ? " " : [...run].map((c) => `<${codeOf(c)}>`).join(""));
}

const fixed = (value, digits) => (value === null || value === undefined ? "–" : value.toFixed(digits).replace(/^-(0\.?0*)$/, "$1"));
const signed = (value, digits) => {
  const text = fixed(value, digits).replace("-", "−");
  return value > 0 && /[1-9]/.test(text) ? "+" + text : text;
};

function options(select, entries, chosen) {
  select.replaceChildren(...entries.map(([value, label]) => el("option", { value, selected: String(value) === String(chosen) }, label)));
}

// One tooltip for hover and for keyboard focus; Escape closes it, and the pointer may enter it (WCAG 1.4.13).
function tooltips() {
  const tip = $("tip");
  let timer = 0;
  const show = (target) => {
    clearTimeout(timer);
    tip.textContent = target.getAttribute("data-tip");
    tip.hidden = false;
    const box = target.getBoundingClientRect();
    const left = Math.min(Math.max(8, box.left), document.documentElement.clientWidth - tip.offsetWidth - 8);
    tip.style.left = left + window.scrollX + "px";
    tip.style.top = box.bottom + 6 + window.scrollY + "px";
  };
  const hide = () => { timer = setTimeout(() => { tip.hidden = true; }, 120); };
  const about = (event) => event.target.closest && event.target.closest("[data-tip]");
  document.addEventListener("mouseover", (e) => { if (about(e)) show(about(e)); else if (tip.contains(e.target)) clearTimeout(timer); });
  document.addEventListener("mouseout", (e) => { if (about(e) || tip.contains(e.target)) hide(); });
  document.addEventListener("focusin", (e) => { if (about(e)) show(about(e)); });
  document.addEventListener("focusout", hide);
  document.addEventListener("keydown", (e) => { if (e.key === "Escape") tip.hidden = true; });
}
