// Starts the page: choices, permalinks, and which blocks are unpacked when.

const actionsTexts = (t, s) => (document.getElementById(`data-x${t}-${s}`) ? block(`x${t}-${s}`) : Promise.resolve(null));

// #t=<test set>&s=<segment>&m=<metric>&a=<system>&b=<system> and the filters; names, so that links outlive a new order.
function permalink(state, segment) {
  const { head } = state, p = new URLSearchParams({ t: head.sets[state.t].name, m: state.m ?? "", a: head.systems[state.a] ?? "", b: head.systems[state.b] ?? "" });
  if (segment !== null && segment !== undefined && state.base) p.set("s", state.base.id[segment]);
  for (const [key, value] of Object.entries(state.filters)) p.set("f." + key, value);
  return "#" + p;
}

function readHash(state) {
  const p = new URLSearchParams(location.hash.slice(1)), { head } = state;
  if (!p.has("t")) return null;
  const t = head.sets.findIndex((s) => s.name === p.get("t"));
  if (t < 0) return null;
  const system = (key, old) => { const i = head.systems.indexOf(p.get(key)); return i < 0 ? old : i; };
  Object.assign(state, { t, a: system("a", state.a), b: system("b", state.b) });
  if (head.metrics[p.get("m")]) state.m = p.get("m");
  state.filters = Object.fromEntries([...p].filter(([k]) => k.startsWith("f.")).map(([k, v]) => [k.slice(2), v]));
  return p.get("s");
}

async function start() {
  tooltips();
  sortableBoards();
  const node = document.getElementById("data-head");
  if (!node) return;
  const head = await block("head");
  const state = { head, t: 0, m: null, a: 0, b: 0, s: null, filters: {}, base: null };
  const whole = head.sets.some((s) => s.n > 0);
  defaults(state);
  let wanted = readHash(state);
  let ready = false;
  const changed = () => { if (ready) history.replaceState(null, "", permalink(state, state.s)); };
  const explorer = whole ? new Explorer(head, state, changed) : null;

  async function refresh() {
    menus(state);
    drawCost(head, state);
    if (whole) drawMatrix(head, state);
    if (!whole) return;
    const asked = [state.t, state.m, state.a, state.b].join();
    const [base, numbers, a, b] = await Promise.all([block("b" + state.t), block("n" + state.t), actionsTexts(state.t, state.a), actionsTexts(state.t, state.b)]);
    if (asked !== [state.t, state.m, state.a, state.b].join()) return;
    base.scored = (i) => base.unscored[i] === undefined;
    state.base = base;
    explorer.use({ base, numbers, a, b });
    draw = () => drawCharts(head, state, base, numbers, {
      open: (i) => explorer.open(i),
      link: (i) => permalink({ ...state, filters: {} }, i),
      document: (d) => { explorer.clear(); $("doc").value = String(d); explorer.filter(); $("segments").scrollIntoView(); },
    });
    // The charts can wait until the segments can be read.
    (window.requestIdleCallback || setTimeout)(() => { if (state.base === base) draw(); });
    if (wanted !== null) {
      const i = base.id.indexOf(wanted);
      wanted = null;
      if (i >= 0) explorer.open(i);
    } else if (state.s !== null) explorer.showDetail();
    ready = true;
    document.documentElement.dataset.ready = String(Math.round(performance.now()));
  }

  let draw = () => {};
  for (const [id, key] of [["set", "t"], ["metric", "m"], ["system-a", "a"], ["system-b", "b"]]) {
    const select = $(id);
    if (!select) continue;
    select.addEventListener("change", () => {
      state[key] = key === "m" ? select.value : Number(select.value);
      if (key === "t") { state.s = null; state.filters = {}; $("detail").hidden = true; $("explorer").classList.remove("open"); defaults(state); }
      refresh().then(changed);
    });
  }
  $("cost-axis")?.addEventListener("change", () => drawCost(head, state));
  $("swap")?.addEventListener("click", () => { [state.a, state.b] = [state.b, state.a]; refresh().then(changed); });
  addEventListener("hashchange", () => { wanted = readHash(state); if (wanted !== null) refresh(); });
  let width = innerWidth, timer = 0;
  addEventListener("resize", () => { if (innerWidth === width) return; width = innerWidth; clearTimeout(timer); timer = setTimeout(() => { drawCost(head, state); draw(); explorer?.draw(); }, 150); });
  await refresh();
  if (!whole) document.documentElement.dataset.ready = String(Math.round(performance.now()));
}

// B is the best system that translates, A the next one, or the run's baseline.
function defaults(state) {
  const { head } = state, board = head.boards[state.t], names = board.rows.filter((r) => !r.trap).map((r) => r.s);
  if (!names.length) names.push(...board.rows.map((r) => r.s));
  const base = head.baseline !== null && names.includes(head.baseline) ? head.baseline : null;
  const all = board.rows.map((r) => r.s);
  state.b = names.find((s) => s !== base) ?? names[0] ?? 0;
  state.a = (base !== state.b ? base : null) ?? names.find((s) => s !== state.b) ?? all.find((s) => s !== state.b) ?? state.b;
  if (!board.metrics.includes(state.m)) state.m = board.primary ?? board.metrics[0] ?? null;
}

function menus(state) {
  const { head } = state, board = head.boards[state.t], systems = board.rows.map((r) => [r.s, plain(head.systems[r.s])]);
  options($("set"), head.sets.map((s, i) => [i, plain(s.name)]), state.t);
  options($("metric"), board.metrics.map((m) => [m, plain(m)]), state.m);
  if ($("system-a")) { options($("system-a"), systems, state.a); options($("system-b"), systems, state.b); }
  for (const id of ["head-a", "head-b"]) if ($(id)) $(id).textContent = id === "head-a" ? "A" : "B";
}

start();
