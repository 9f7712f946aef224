// Word-level differences: longest common subsequence over words, single ideographs and punctuation.

const WORDS = /\p{Script=Han}|[\p{L}\p{N}]+(?:['’.,-][\p{L}\p{N}]+)*|\s+|[^\s]/gu;
const words = (text) => text.match(WORDS) || [];

// Returns [kind, text] with kind 0 same, 1 only in `after`, -1 only in `before`.
function difference(before, after) {
  const a = words(before).filter((w) => w.trim()), b = words(after);
  const solid = b.map((w, i) => (w.trim() ? i : -1)).filter((i) => i >= 0);
  const fold = (w) => w.toLowerCase();
  const x = a.map(fold), y = solid.map((i) => fold(b[i]));
  if (x.length * y.length > 4e6) return [[0, after]];
  const width = y.length + 1, lengths = new Uint16Array((x.length + 1) * width);
  for (let i = x.length - 1; i >= 0; i--) {
    for (let j = y.length - 1; j >= 0; j--) {
      const at = i * width + j;
      lengths[at] = x[i] === y[j] ? lengths[at + width + 1] + 1 : Math.max(lengths[at + width], lengths[at + 1]);
    }
  }
  const parts = [];
  let i = 0, j = 0;
  const blanks = () => { const from = j ? solid[j - 1] + 1 : 0; const to = j < solid.length ? solid[j] : b.length; if (to > from) parts.push([0, b.slice(from, to).join("")]); };
  while (i < x.length || j < y.length) {
    if (i < x.length && j < y.length && x[i] === y[j]) { blanks(); parts.push([0, b[solid[j]]]); i++; j++; }
    else if (j < y.length && (i >= x.length || lengths[i * width + j + 1] >= lengths[(i + 1) * width + j])) { blanks(); parts.push([1, b[solid[j]]]); j++; }
    else { parts.push([-1, a[i]]); i++; }
  }
  if (solid.length && solid[solid.length - 1] + 1 < b.length) parts.push([0, b.slice(solid[solid.length - 1] + 1).join("")]);
  return joined(parts);
}

// "one", " ", "two" marked alike become one mark, so that a phrase reads as a phrase.
function joined(parts) {
  const result = [];
  for (let k = 0; k < parts.length; k++) {
    const [kind, text] = parts[k], last = result[result.length - 1];
    const blank = kind === 0 && !text.trim();
    if (blank && last && last[0] === 1 && parts[k + 1] && parts[k + 1][0] === 1) last[1] += text;
    else if (last && last[0] === kind && kind !== -1) last[1] += text;
    else if (last && last[0] === -1 && kind === -1) last[1] += " " + text;
    else result.push([kind, text]);
  }
  return result;
}

function marked(before, after, missing) {
  return difference(before, after).flatMap(([kind, text]) => {
    if (kind === 0) return shown(text);
    if (kind === 1) return [el("ins", {}, ...shown(text))];
    return missing ? [el("del", {}, ...shown(text)), " "] : [];
  });
}
