// Charts as SVG, drawn at the width they have. Chosen systems stand out; the others stay as a grey background.

const scale = (low, high, from, to) => (value) => from + ((value - low) / (high - low || 1)) * (to - from);

function ticks(low, high, count) {
  const rough = (high - low) / count || 1, power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= rough);
  const result = [];
  for (let v = Math.ceil(low / step) * step; v <= high + step / 1e6; v += step) result.push(Number(v.toPrecision(12)));
  return result;
}

const compact = (v) => (Math.abs(v) >= 1000 ? Math.round(v).toLocaleString("en") : String(Number(v.toPrecision(3))));

function frame(holder, height, label) {
  const width = Math.max(260, holder.clientWidth);
  const root = svg("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label });
  holder.replaceChildren(root);
  return { root, width, height, left: 46, right: width - 14, top: 26, bottom: height - 38 };
}

function axes(f, x, y, xs, ys, xName, yName, xLabel = compact) {
  for (const v of ys) {
    f.root.append(svg("line", { class: "grid", x1: f.left, x2: f.right, y1: y(v), y2: y(v) }));
    f.root.append(svg("text", { x: f.left - 6, y: y(v) + 4, "text-anchor": "end" }, compact(v)));
  }
  for (const v of xs) f.root.append(svg("text", { x: x(v), y: f.bottom + 16, "text-anchor": "middle" }, xLabel(v)));
  f.root.append(svg("text", { x: (f.left + f.right) / 2, y: f.height - 4, "text-anchor": "middle" }, xName));
  f.root.append(svg("text", { x: 4, y: 11 }, yName));
}

// Quality against cost or speed: points = [{label, x, y, low, high, chosen}].
function drawScatter(holder, points, xName, yName) {
  if (!points.length) { holder.replaceChildren(el("p", { class: "note" }, "No cost or speed was recorded for systems that have a score.")); return; }
  const f = frame(holder, 340, `${yName} against ${xName}`);
  const xsAll = points.map((p) => p.x), logarithmic = Math.min(...xsAll) > 0 && Math.max(...xsAll) / Math.min(...xsAll) > 20;
  const t = logarithmic ? Math.log10 : (v) => v;
  const pad = (Math.max(...xsAll.map(t)) - Math.min(...xsAll.map(t))) * 0.08 || 0.5;
  const xLow = Math.min(...xsAll.map(t)) - pad, xHigh = Math.max(...xsAll.map(t)) + pad;
  const lows = points.map((p) => p.low ?? p.y), highs = points.map((p) => p.high ?? p.y);
  const yPad = (Math.max(...highs) - Math.min(...lows)) * 0.08 || 0.5;
  const x0 = scale(logarithmic ? xLow : Math.max(xLow, Math.min(0, Math.min(...xsAll))), xHigh, f.left, f.right), x = (v) => x0(t(v));
  const y = scale(Math.min(...lows) - yPad, Math.max(...highs) + yPad, f.bottom, f.top);
  const marks = logarithmic ? ticks(Math.ceil(xLow), Math.floor(xHigh), 6).filter(Number.isInteger).map((v) => 10 ** v) : ticks(Math.max(xLow, Math.min(0, ...xsAll)), xHigh, Math.max(3, f.width / 110));
  axes(f, x, y, marks, ticks(Math.min(...lows), Math.max(...highs), 6), xName + (logarithmic ? " (logarithmic)" : ""), yName);
  const taken = [];
  for (const p of [...points].sort((a, b) => b.y - a.y)) {
    const cx = x(p.x), cy = y(p.y), kind = p.chosen || "other";
    if (p.low !== null && p.low !== undefined) f.root.append(svg("line", { class: p.chosen ? kind : "other", x1: cx, x2: cx, y1: y(p.low), y2: y(p.high) }));
    f.root.append(svg("circle", { class: kind, cx, cy, r: 5 }, svg("title", {}, `${p.label}: ${compact(p.y)} at ${compact(p.x)}`)));
    const wide = p.label.length * 6.4, before = cx + wide + 12 > f.right;
    let ly = cy + 4;
    const box = (v) => ({ l: before ? cx - 8 - wide : cx + 8, r: before ? cx - 8 : cx + 8 + wide, t: v - 11, b: v + 2 });
    for (let tries = 0; tries < 12 && taken.some((o) => { const b = box(ly); return b.l < o.r && b.r > o.l && b.t < o.b && b.b > o.t; }); tries++) ly += 13;
    taken.push(box(ly));
    f.root.append(svg("text", { class: "label", x: before ? cx - 9 : cx + 9, y: ly, "text-anchor": before ? "end" : "start" }, p.label));
  }
}

// Lines over shared x positions: series = [{label, values, kind}], null where there is nothing.
function drawLines(holder, series, labels, xName, yName, steps) {
  const f = frame(holder, 260, `${yName} by ${xName}`);
  const all = series.flatMap((s) => s.values).filter((v) => v !== null);
  if (!all.length) { holder.replaceChildren(el("p", { class: "note" }, "This metric has no segment scores.")); return; }
  const low = steps ? 0 : Math.min(...all), high = Math.max(...all), pad = (high - low) * 0.06;
  const x = scale(0, labels.length - 1, f.left + (steps ? 0 : 14), f.right - (steps ? 6 : 14));
  const y = scale(steps ? 0 : low - pad, high + pad, f.bottom, f.top);
  const every = Math.ceil(labels.length / Math.max(2, Math.floor(f.width / 75)));
  axes(f, x, y, labels.map((_, i) => i).filter((i) => i % every === 0), ticks(low, high, 5), xName, yName, (i) => labels[i]);
  for (const s of [...series].sort((a, b) => (a.kind !== "other") - (b.kind !== "other"))) {
    let path = "", pen = "M";
    s.values.forEach((v, i) => { if (v === null) { pen = "M"; return; } path += `${pen}${x(i).toFixed(1)},${y(v).toFixed(1)}`; pen = "L"; });
    f.root.append(svg("path", { class: s.kind, d: path, "stroke-dasharray": s.kind === "b" ? "6 3" : null }, svg("title", {}, s.label)));
    if (s.kind !== "other" && !steps) s.values.forEach((v, i) => { if (v !== null) f.root.append(svg("circle", { class: s.kind, cx: x(i), cy: y(v), r: 3 })); });
  }
}

// One dot a segment; a click opens it.
function drawDots(holder, dots, xName, yName, open) {
  if (!dots.length) { holder.replaceChildren(el("p", { class: "note" }, "Two metrics with segment scores are needed to show where they disagree.")); return; }
  const f = frame(holder, 300, `${yName} against ${xName}, one dot a segment`);
  const x = scale(Math.min(...dots.map((d) => d.x)), Math.max(...dots.map((d) => d.x)), f.left + 6, f.right - 6);
  const y = scale(Math.min(...dots.map((d) => d.y)), Math.max(...dots.map((d) => d.y)), f.bottom - 4, f.top);
  const range = (k) => [Math.min(...dots.map((d) => d[k])), Math.max(...dots.map((d) => d[k]))];
  axes(f, x, y, ticks(...range("x"), Math.max(3, f.width / 110)), ticks(...range("y"), 5), xName, yName);
  for (const d of dots) f.root.append(svg("circle", { class: d.far ? "b" : "other", cx: x(d.x).toFixed(1), cy: y(d.y).toFixed(1), r: d.far ? 4 : 2, "data-open": d.index }));
  f.root.addEventListener("click", (e) => { const at = e.target.getAttribute("data-open"); if (at !== null) open(Number(at)); });
}
