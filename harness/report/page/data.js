// What the page holds: blocks of JSON, deflated and in base64, each unpacked when it is first needed.

const blocks = new Map();

function block(name) {
  if (!blocks.has(name)) blocks.set(name, unpack(document.getElementById("data-" + name)));
  return blocks.get(name);
}

async function unpack(node) {
  const bytes = fromBase64(node.textContent);
  node.textContent = "";
  if (typeof DecompressionStream === "function") {
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    return new Response(stream).json();
  }
  return JSON.parse(new TextDecoder().decode(inflate(bytes)));
}

function fromBase64(text) {
  if (typeof Uint8Array.fromBase64 === "function") return Uint8Array.fromBase64(text);
  const raw = atob(text);
  const bytes = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
  return bytes;
}

// RFC 1950 and 1951, for browsers without DecompressionStream.
function inflate(input) {
  let at = 2, bitBuffer = 0, bitCount = 0; // two bytes of zlib header
  let out = new Uint8Array(Math.max(input.length * 4, 1024)), end = 0;
  const bits = (n) => {
    while (bitCount < n) { bitBuffer |= input[at++] << bitCount; bitCount += 8; }
    const value = bitBuffer & ((1 << n) - 1);
    bitBuffer >>>= n; bitCount -= n;
    return value;
  };
  const room = (n) => {
    if (end + n <= out.length) return;
    const larger = new Uint8Array(Math.max(out.length * 2, end + n));
    larger.set(out); out = larger;
  };
  const tree = (lengths) => {
    const counts = new Uint16Array(16), offsets = new Uint16Array(16), symbols = new Uint16Array(lengths.length);
    for (const n of lengths) counts[n]++;
    counts[0] = 0;
    for (let i = 1; i < 15; i++) offsets[i + 1] = offsets[i] + counts[i];
    lengths.forEach((n, symbol) => { if (n) symbols[offsets[n]++] = symbol; });
    return { counts, symbols };
  };
  const symbol = ({ counts, symbols }) => {
    let code = 0, first = 0, index = 0;
    for (let length = 1; length < 16; length++) {
      code |= bits(1);
      const count = counts[length];
      if (code - count < first) return symbols[index + code - first];
      index += count; first = (first + count) << 1; code <<= 1;
    }
    throw new Error("the data of this page is damaged");
  };
  const lengthBase = [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258];
  const lengthBits = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
  const farBase = [1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577];
  const fixed = [
    tree(Array.from({ length: 288 }, (_, i) => (i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8))),
    tree(new Array(30).fill(5)),
  ];
  const dynamic = () => {
    const nLiterals = bits(5) + 257, nDistances = bits(5) + 1, nCodes = bits(4) + 4;
    const codes = new Array(19).fill(0), order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
    for (let i = 0; i < nCodes; i++) codes[order[i]] = bits(3);
    const codeTree = tree(codes), lengths = [];
    while (lengths.length < nLiterals + nDistances) {
      const s = symbol(codeTree);
      if (s < 16) { lengths.push(s); continue; }
      const value = s === 16 ? lengths[lengths.length - 1] : 0;
      for (let n = s === 16 ? 3 + bits(2) : s === 17 ? 3 + bits(3) : 11 + bits(7); n > 0; n--) lengths.push(value);
    }
    return [tree(lengths.slice(0, nLiterals)), tree(lengths.slice(nLiterals))];
  };
  for (let last = 0; !last;) {
    last = bits(1);
    const kind = bits(2);
    if (kind === 0) {
      bitBuffer = bitCount = 0;
      const n = input[at] | (input[at + 1] << 8);
      at += 4; room(n);
      out.set(input.subarray(at, at + n), end);
      at += n; end += n;
      continue;
    }
    const [literals, distances] = kind === 1 ? fixed : dynamic();
    for (;;) {
      const s = symbol(literals);
      if (s === 256) break;
      if (s < 256) { room(1); out[end++] = s; continue; }
      const n = lengthBase[s - 257] + bits(lengthBits[s - 257]);
      const d = symbol(distances);
      const far = farBase[d] + (d < 2 ? 0 : bits((d >> 1) - 1));
      room(n);
      for (let i = 0; i < n; i++, end++) out[end] = out[end - far];
    }
  }
  return out.subarray(0, end);
}
