// The segments: search, filters, order, a list that only draws what is on screen, and one segment in full.

class Explorer {
  constructor(head, state, changed) {
    Object.assign(this, { head, state, changed, order: [], haystacks: new Map() });
    this.list = $("list");
    this.rows = $("rows");
    this.list.addEventListener("scroll", () => this.draw(), { passive: true });
    this.list.addEventListener("keydown", (e) => this.key(e));
    this.rows.addEventListener("click", (e) => { const row = e.target.closest(".row"); if (row) this.select(Number(row.dataset.at), true); });
    for (const id of ["q", "flag", "doc", "kind", "len-min", "len-max", "delta", "sort", "errors-only"]) {
      $(id).addEventListener(id === "q" ? "input" : "change", () => this.filter());
    }
    $("reset").addEventListener("click", () => { this.clear(); this.filter(); });
    for (const id of ["marks", "missing", "everyone"]) $(id).addEventListener("change", () => this.showDetail());
  }

  // `data`: base and numbers of the test set, texts of systems A and B (null where a system has none).
  use(data) {
    const fresh = !this.data || this.data.base !== data.base;
    this.data = data;
    const { head, state } = this, set = head.sets[state.t], info = head.metrics[state.m] || { higher: true, digits: 1 };
    this.info = info;
    if (fresh) {
      this.lengths = data.base.src.map((t) => [...t].length);
      options($("doc"), [["", "all documents"], ...set.docs.map((d, i) => [i, plain(d)])], "");
      options($("kind"), [["", "all kinds"], ...set.kinds.map((k, i) => [i, k])], "");
      options($("flag"), [["", "any or none"], ["!", "any flag"], ...set.flags.map((f, i) => [i, plain(f)])], "");
      this.clear();
    }
    this.haystacks = new Map();
    this.scoresA = (data.numbers.scores[state.m] || {})[state.a] || [];
    this.scoresB = (data.numbers.scores[state.m] || {})[state.b] || [];
    const sign = info.higher ? 1 : -1, n = data.base.id.length;
    this.gain = Array.from({ length: n }, (_, i) => (this.scoresA[i] == null || this.scoresB[i] == null ? null : sign * (this.scoresB[i] - this.scoresA[i])));
    const other = otherMetric(head, data.numbers, state.m);
    this.gaps = other ? disagreement(head, data.numbers, state.b, state.m, other) : null;
    $("sort").querySelector("[value=disagree]").disabled = !this.gaps;
    this.restore();
    this.filter();
  }

  clear() {
    for (const id of ["q", "len-min", "len-max", "delta", "doc", "kind", "flag"]) $(id).value = "";
    $("sort").value = "loss";
    $("errors-only").checked = false;
  }

  // Permalinks carry the filters as well.
  restore() {
    for (const [key, id] of Explorer.FIELDS) $(id).value = this.state.filters[key] ?? (key === "o" ? "loss" : "");
  }

  filter() {
    const query = $("q").value.trim().toLowerCase(), flag = $("flag").value, number = (id) => ($(id).value === "" ? null : Number($(id).value));
    const doc = $("doc").value, kind = $("kind").value, low = number("len-min"), high = number("len-max"), delta = number("delta"), failed = $("errors-only").checked;
    const { base } = this.data, found = [];
    for (let i = 0; i < base.id.length; i++) {
      if (doc !== "" && base.doc[i] !== Number(doc)) continue;
      if (kind !== "" && base.kind[i] !== Number(kind)) continue;
      if (low !== null && this.lengths[i] < low) continue;
      if (high !== null && this.lengths[i] > high) continue;
      if (delta !== null && (this.gain[i] === null || Math.abs(this.gain[i]) < delta)) continue;
      if (flag !== "" && !this.flagged(i, flag)) continue;
      if (failed && !this.failed(i)) continue;
      if (query && !this.haystack(i).includes(query)) continue;
      found.push(i);
    }
    this.order = this.sorted(found);
    $("count").textContent = `${found.length.toLocaleString("en")} of ${base.id.length.toLocaleString("en")} segments`;
    this.state.filters = Object.fromEntries(Explorer.FIELDS.map(([key, id]) => [key, $(id).value]).filter(([key, v]) => v !== "" && !(key === "o" && v === "loss")));
    this.list.scrollTop = 0;
    const at = this.order.indexOf(this.state.s);
    this.draw();
    if (at >= 0) this.reveal(at);
    this.changed(false);
  }

  sorted(found) {
    const by = { loss: (i) => this.gain[i], gain: (i) => neg(this.gain[i]), "a-worst": (i) => this.good(this.scoresA[i]), "b-worst": (i) => this.good(this.scoresB[i]), longest: (i) => -this.lengths[i], disagree: (i) => this.gaps && neg(this.gaps[i] === null ? null : Math.abs(this.gaps[i])) }[$("sort").value];
    if (!by) return found;
    return found.map((i) => [by(i), i]).sort((x, y) => (x[0] == null) - (y[0] == null) || x[0] - y[0] || x[1] - y[1]).map(([, i]) => i);
  }

  good(value) { return value == null ? null : this.info.higher ? value : -value; }

  flagsOf(i) {
    const { base, numbers } = this.data, own = (s) => (numbers.flags[s] && numbers.flags[s][i]) || [];
    return { segment: base.flags[i] || [], a: own(this.state.a), b: own(this.state.b) };
  }

  flagged(i, flag) {
    const f = this.flagsOf(i), all = [...f.segment, ...f.a, ...f.b];
    return flag === "!" ? all.length > 0 : all.includes(Number(flag));
  }

  failed(i) {
    const { a, b } = this.data;
    return (a && a.err[i] !== undefined) || (b && b.err[i] !== undefined);
  }

  haystack(i) {
    if (!this.haystacks.has(i)) {
      const { base, a, b } = this.data;
      this.haystacks.set(i, [base.id[i], base.src[i], ...base.refs.map((r) => r[i]), (a && a.hyp[i]) || "", (b && b.hyp[i]) || ""].join("\n").toLowerCase());
    }
    return this.haystacks.get(i);
  }

  rowHeight() { return window.matchMedia("(max-width: 640px)").matches ? 66 : 44; }

  draw() {
    const height = this.rowHeight(), from = Math.max(0, Math.floor(this.list.scrollTop / height) - 6);
    const to = Math.min(this.order.length, from + Math.ceil(this.list.clientHeight / height) + 14);
    this.rows.style.height = this.order.length * height + "px";
    const lines = [];
    for (let at = from; at < to; at++) lines.push(this.row(at, height));
    this.rows.replaceChildren(...lines);
  }

  row(at, height) {
    const i = this.order[at], { base } = this.data, digits = this.info.digits, flags = this.flagsOf(i), marked = flags.segment.length + flags.a.length + flags.b.length;
    const d = this.scoresA[i] == null || this.scoresB[i] == null ? null : this.scoresB[i] - this.scoresA[i];
    const node = el("div", { class: "row", role: "option", id: "row-" + i, "data-at": at, "aria-selected": i === this.state.s ? "true" : "false", "aria-posinset": at + 1, "aria-setsize": this.order.length },
      el("span", { class: "id" }, plain(base.id[i]), marked ? el("span", { class: "flagged", title: "flagged" }, " ⚑") : null),
      el("span", { class: "src", lang: this.head.sets[this.state.t].pair[0] }, plain(base.src[i])),
      el("span", { class: "num" }, fixed(this.scoresA[i], digits)), el("span", { class: "num" }, fixed(this.scoresB[i], digits)),
      el("span", { class: "num " + (!this.gain[i] ? "" : this.gain[i] < 0 ? "loss" : "gain") }, d === null ? "–" : signed(d, digits)));
    node.style.transform = `translateY(${at * height}px)`;
    return node;
  }

  key(event) {
    const page = Math.max(1, Math.floor(this.list.clientHeight / this.rowHeight()) - 1), now = this.order.indexOf(this.state.s);
    const moves = { ArrowDown: now + 1, ArrowUp: now < 0 ? 0 : now - 1, PageDown: now + page, PageUp: now - page, Home: 0, End: this.order.length - 1 };
    if (!(event.key in moves) || !this.order.length) return;
    event.preventDefault();
    this.select(Math.min(this.order.length - 1, Math.max(0, moves[event.key])), false);
  }

  select(at, jump) {
    this.state.s = this.order[at];
    this.reveal(at);
    this.draw();
    this.list.setAttribute("aria-activedescendant", "row-" + this.state.s);
    this.showDetail();
    this.changed(false);
    if (jump && window.matchMedia("(max-width: 1149px)").matches) $("detail").scrollIntoView({ block: "nearest" });
  }

  reveal(at) {
    const height = this.rowHeight(), top = at * height;
    if (top < this.list.scrollTop || top + height > this.list.scrollTop + this.list.clientHeight) this.list.scrollTop = Math.max(0, top - this.list.clientHeight / 3);
    this.draw();
  }

  // `i` is a segment, whether or not the filters show it.
  open(i) {
    if (!this.order.includes(i)) { this.clear(); this.state.s = i; this.filter(); }
    this.select(this.order.indexOf(i), false);
    $("segments").scrollIntoView();
    this.list.focus({ preventScroll: true });
  }

  async showDetail() {
    const i = this.state.s, holder = $("detail");
    if (i === null || !this.data) return;
    const { base } = this.data, { state, head } = this, set = head.sets[state.t];
    const chosen = [state.a, state.b], others = $("everyone").checked ? head.boards[state.t].rows.map((r) => r.s).filter((s) => !chosen.includes(s)) : [];
    const texts = await Promise.all([...new Set([...chosen, ...others])].map(async (s) => [s, await actionsTexts(state.t, s)]));
    if (i !== state.s) return;
    const reference = base.refs.length ? base.refs[0][i] : null;
    const flagNames = (list) => list.map((f) => el("span", { class: "flag" }, plain(set.flags[f])));
    const parts = [
      el("h3", {}, plain(base.id[i])),
      el("p", { class: "note" }, `${plain(set.docs[base.doc[i]])}, paragraph ${base.par[i]}, ${set.kinds[base.kind[i]]}, ${this.lengths[i]} characters. `, el("a", { href: permalink(state, i) }, "Link to this segment"), " ", ...flagNames(base.flags[i] || []), base.scored(i) ? "" : " not scored"),
      el("div", { class: "who" }, el("strong", {}, "source")), el("p", { class: "text", lang: set.pair[0] }, ...shown(base.src[i])),
      ...base.refs.flatMap((r, k) => [el("div", { class: "who" }, el("strong", {}, "reference " + plain(base.refNames[k]))), el("p", { class: "text", lang: set.pair[1] }, ...shown(r[i]))]),
    ];
    const beforeOf = { ref: reference, a: texts.find(([s]) => s === state.a)?.[1]?.hyp[i] ?? null, none: null };
    for (const [s, data] of texts) if (data) parts.push(...this.hypothesis(i, s, data, beforeOf[$("marks").value], set));
    holder.replaceChildren(...parts);
    holder.hidden = false;
    $("explorer").classList.add("open");
    this.draw();
  }

  hypothesis(i, s, data, before, set) {
    const { state, head } = this, { numbers } = this.data, mark = s === state.a ? "a" : s === state.b ? "b" : null;
    const scores = Object.entries(numbers.scores).filter(([, by]) => by[s] && by[s][i] !== null).map(([m, by]) => el("span", { class: "num" }, `${m} ${fixed(by[s][i], head.metrics[m].digits)}`));
    const flags = ((numbers.flags[s] && numbers.flags[s][i]) || []).map((f) => el("span", { class: "flag" }, plain(set.flags[f])));
    const who = el("div", { class: "who" }, el("strong", {}, mark ? el("span", { class: "swatch " + mark, "aria-hidden": "true" }) : null, plain(head.systems[s]), mark ? ` (${mark.toUpperCase()})` : ""), ...scores, ...flags);
    const text = data.hyp[i], self = before === text && $("marks").value === "a" && s === state.a;
    const body = text === null
      ? el("p", { class: "text" }, el("span", { class: "error" }, "no hypothesis: ", ...shown(data.err[i] || "unknown error")))
      : el("p", { class: "text", lang: set.pair[1] }, ...(text === "" ? [el("span", { class: "note" }, "(empty)")] : before === null || self ? shown(text) : marked(before, text, $("missing").checked)));
    const more = [], cut = data.cut[i], aside = (text) => el("p", { class: "text", lang: set.pair[1] }, el("span", { class: "note" }, "added, in no segment: "), ...shown(text));
    if (cut) {
      who.append(el("span", { class: "num", title: "how likely it is that just this text is the segment's translation" }, `certainty ${fixed(cut[0], 2)}`));
      if (cut[2]) more.push(aside(cut[2]));
    }
    if (data.raw[i] !== undefined) more.push(el("details", {}, el("summary", { class: "note" }, "raw answer before cleaning"), el("pre", {}, ...shown(data.raw[i]))));
    for (const [m, notes] of Object.entries(data.notes)) if (notes[i] !== undefined) more.push(el("details", {}, el("summary", { class: "note" }, `what ${m} says`), el("pre", {}, ...shown(JSON.stringify(notes[i], null, 1)))));
    return [...(cut && cut[1] ? [aside(cut[1])] : []), who, body, ...more];
  }
}

Explorer.FIELDS = [["q", "q"], ["f", "flag"], ["d", "doc"], ["k", "kind"], ["lo", "len-min"], ["hi", "len-max"], ["x", "delta"], ["o", "sort"]];
const neg = (v) => (v === null || v === undefined ? null : -v);
