// Everything that follows from the chosen test set, metric and pair of systems, but for the segments themselves.

function mean(values) {
  const present = values.filter((v) => v !== null);
  return present.length ? present.reduce((a, b) => a + b, 0) / present.length : null;
}

function drawCost(head, state) {
  if (!$("scatter")) return;
  const rows = head.boards[state.t].rows, axis = $("cost-axis").value;
  const points = rows.filter((r) => (!r.trap || r.s === state.a || r.s === state.b) && r.cost[axis] !== null && r.cost[axis] !== undefined && r.cells[state.m] && r.cells[state.m][0] !== null).map((r) => {
    const [y, low, high] = r.cells[state.m];
    return { label: plain(head.systems[r.s]), x: r.cost[axis], y, low, high, chosen: r.s === state.a ? "a" : r.s === state.b ? "b" : null };
  });
  drawScatter($("scatter"), points, head.axes[axis], state.m);
}

// Cell: row minus column, so that green means that the row's system is better.
function drawMatrix(head, state) {
  const found = head.comparisons[state.t][state.m] || [], info = head.metrics[state.m] || { higher: true, digits: 1 };
  const order = head.boards[state.t].rows.map((r) => r.s).filter((s) => found.some((c) => c[0] === s || c[1] === s));
  const holder = $("matrix");
  if (!found.length) { $("matrix-note").textContent = ""; holder.replaceChildren(el("p", { class: "note" }, "The run has no comparisons on this metric.")); return; }
  const cells = new Map();
  for (const [base, system, delta, low, high, p] of found) {
    cells.set(system + "/" + base, [delta, low, high, p]);
    if (!cells.has(base + "/" + system)) cells.set(base + "/" + system, [-delta, neg(high), neg(low), p]);
  }
  const heads = order.map((s) => el("th", { scope: "col" }, plain(head.systems[s])));
  const rows = order.map((r) => el("tr", {}, el("th", { scope: "row", title: plain(head.systems[r]) }, plain(head.systems[r])), ...order.map((c) => {
    const cell = cells.get(r + "/" + c);
    if (!cell) return el("td", { class: "even" }, r === c ? "·" : "");
    const [delta, low, high, p] = cell, sure = p < head.alpha, better = info.higher ? delta > 0 : delta < 0;
    const ends = low === null ? "(no interval)" : `[${signed(low, info.digits + 1)}, ${signed(high, info.digits + 1)}]`;
    const tip = `${plain(head.systems[r])} against ${plain(head.systems[c])}\n${state.m}: ${signed(delta, info.digits + 1)} ${ends}\np = ${p.toPrecision(2)} (${head.test})\n${sure ? (better ? "significantly better" : "significantly worse") : "not told apart"}`;
    return el("td", { class: sure ? (better ? "win" : "loss") : "even", "data-tip": tip, tabindex: "0" }, signed(delta, info.digits), sure ? "*" : "");
  })));
  $("matrix-note").textContent = `Row minus column on ${state.m}; * p < ${head.alpha}, ${head.test}.`;
  holder.replaceChildren(el("table", {}, el("thead", {}, el("tr", {}, el("td", {}), ...heads)), el("tbody", {}, ...rows)));
}

const LENGTHS = [[1, 10], [11, 20], [21, 40], [41, 60], [61, 90], [91, 140], [141, Infinity]];

function drawCharts(head, state, base, numbers, actions) {
  const scores = numbers.scores[state.m] || {}, traps = new Set(head.boards[state.t].rows.filter((r) => r.trap).map((r) => r.s));
  const shownSystems = Object.keys(scores).map(Number).filter((s) => !traps.has(s) || s === state.a || s === state.b);
  const kind = (s) => (s === state.b ? "b" : s === state.a ? "a" : "other");
  const lengthOf = base.src.map((t) => [...t].length);
  const groups = LENGTHS.map(([low, high]) => lengthOf.map((n, i) => (n >= low && n <= high && base.scored(i) ? i : -1)).filter((i) => i >= 0));
  const used = groups.map((g, k) => [g, LENGTHS[k]]).filter(([g]) => g.length);
  drawLines($("by-length"), shownSystems.map((s) => ({ label: plain(head.systems[s]), kind: kind(s), values: used.map(([g]) => mean(g.map((i) => scores[s][i]))) })),
    used.map(([g, [low, high]]) => (high === Infinity ? `${low}+` : `${low}–${high}`)), "characters in the source", `mean segment ${state.m}`, false);
  drawDistribution(head, state, scores, shownSystems, kind, base);
  drawDocuments(head, state, scores, base, actions);
  drawDisagreement(head, state, numbers, base, actions);
}

function drawDistribution(head, state, scores, systems, kind, base) {
  const all = systems.flatMap((s) => scores[s].filter((v, i) => v !== null && base.scored(i)));
  let low = Infinity, high = -Infinity;
  for (const v of all) { if (v < low) low = v; if (v > high) high = v; }
  if (low >= 0 && high > 1.5 && high <= 100) { low = 0; high = 100; }
  const bins = 20, edges = Array.from({ length: bins + 1 }, (_, i) => low + ((high - low) * i) / bins);
  const series = systems.map((s) => {
    const counts = new Array(bins + 1).fill(0);
    let n = 0;
    scores[s].forEach((v, i) => { if (v !== null && base.scored(i)) { counts[Math.min(bins - 1, Math.floor(((v - low) / (high - low || 1)) * bins))]++; n++; } });
    return { label: plain(head.systems[s]), kind: kind(s), values: n ? counts.map((c) => (100 * c) / n) : counts.map(() => null) };
  });
  drawLines($("distribution"), series, edges.map(compact), `segment ${state.m}`, "% of segments", true);
}

function drawDocuments(head, state, scores, base, actions) {
  const holder = $("by-document"), a = scores[state.a], b = scores[state.b], info = head.metrics[state.m];
  if (!a || !b) { holder.replaceChildren(el("p", { class: "note" }, "Both systems need segment scores on this metric.")); return; }
  const per = new Map();
  base.doc.forEach((d, i) => { if (base.scored(i) && a[i] !== null && b[i] !== null) { if (!per.has(d)) per.set(d, []); per.get(d).push(i); } });
  const rows = [...per].map(([d, list]) => { const ma = mean(list.map((i) => a[i])), mb = mean(list.map((i) => b[i])); return { d, n: list.length, ma, mb, delta: mb - ma }; });
  rows.sort((x, y) => (info.higher ? x.delta - y.delta : y.delta - x.delta));
  const most = Math.max(...rows.map((r) => Math.abs(r.delta)), 1e-9), x = scale(-most, most, 4, 92);
  const lines = rows.slice(0, 400).map((r) => {
    const button = el("button", { class: "link", type: "button", title: "show its segments" }, plain(head.sets[state.t].docs[r.d]));
    button.addEventListener("click", () => actions.document(r.d));
    const worse = info.higher ? r.delta < 0 : r.delta > 0;
    const bar = svg("svg", { class: "bar", width: 96, height: 16, "aria-hidden": "true" }, svg("line", { class: "axis", x1: 48, x2: 48, y1: 0, y2: 16 }), svg("rect", { class: r.delta < 0 ? "a" : "b", x: Math.min(48, x(r.delta)), width: Math.max(1, Math.abs(x(r.delta) - 48)), y: 4, height: 8 }));
    return el("tr", {}, el("td", { class: "name" }, button), el("td", {}, String(r.n)), el("td", {}, fixed(r.ma, info.digits)), el("td", {}, fixed(r.mb, info.digits)), el("td", { class: r.delta === 0 ? null : worse ? "loss" : "gain" }, signed(r.delta, info.digits)), el("td", {}, bar));
  });
  const names = ["document", "segments", "A", "B", "B − A", ""];
  holder.replaceChildren(el("table", {}, el("thead", {}, el("tr", {}, ...names.map((n, i) => el("th", { scope: "col", class: i ? null : "name" }, n)))), el("tbody", {}, ...lines)));
}

function percentiles(values) {
  const order = values.map((v, i) => [v, i]).filter(([v]) => v !== null).sort((x, y) => x[0] - y[0]);
  const result = new Array(values.length).fill(null);
  for (let from = 0; from < order.length;) {
    let to = from;
    while (to < order.length && order[to][0] === order[from][0]) to++;
    for (let k = from; k < to; k++) result[order[k][1]] = (from + to - 1) / 2 / Math.max(1, order.length - 1);
    from = to;
  }
  return result;
}

// How far two metrics stand apart on each segment of one system: difference of percentile ranks, better being higher.
function disagreement(head, numbers, system, one, two) {
  const rank = (m) => {
    const own = numbers.scores[m] && numbers.scores[m][system];
    return own ? percentiles(own.map((v) => (v === null ? null : head.metrics[m].higher ? v : -v))) : null;
  };
  const x = rank(one), y = rank(two);
  return x && y ? x.map((v, i) => (v === null || y[i] === null ? null : v - y[i])) : null;
}

function otherMetric(head, numbers, metric) {
  const others = Object.keys(numbers.scores).filter((m) => m !== metric);
  return others.find((m) => /comet/i.test(m)) || others.find((m) => /chrf/i.test(m)) || others[0] || null;
}

function drawDisagreement(head, state, numbers, base, actions) {
  const other = otherMetric(head, numbers, state.m), list = $("disagreement-list");
  const gaps = other && disagreement(head, numbers, state.b, state.m, other);
  if (!gaps) { drawDots($("disagreement"), [], "", "", null); list.replaceChildren(); return; }
  const one = numbers.scores[state.m][state.b], two = numbers.scores[other][state.b];
  const order = gaps.map((g, i) => [g, i]).filter(([g, i]) => g !== null && base.scored(i)).sort((p, q) => Math.abs(q[0]) - Math.abs(p[0]));
  const far = new Set(order.slice(0, 6).map(([, i]) => i)), step = Math.max(1, Math.floor(order.length / 1500));
  const dots = order.filter(([, i], k) => far.has(i) || k % step === 0).map(([, i]) => ({ x: one[i], y: two[i], index: i, far: far.has(i) })).reverse();
  drawDots($("disagreement"), dots, `segment ${state.m}`, `segment ${other}`, actions.open);
  list.replaceChildren(...[...far].map((i) => {
    const link = el("a", { href: actions.link(i) }, plain(base.id[i]));
    const digits = (m) => head.metrics[m].digits;
    return el("li", {}, link, ` ${state.m} ${fixed(one[i], digits(state.m))}, ${other} ${fixed(two[i], digits(other))}`);
  }));
}
