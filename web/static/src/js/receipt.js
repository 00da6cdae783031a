// The chain of a receipt (docs/receipts.md), followed in the browser by its own cryptography: nothing is sent anywhere. The same chain as
// services/review/receipt; web/e2e/tests/receipt.spec.js compares the two.
const utf8 = new TextEncoder();
const join = (...parts) => {
  const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const p of parts) { out.set(p, at); at += p.length; }
  return out;
};
const sha256 = async (...parts) => new Uint8Array(await crypto.subtle.digest("SHA-256", join(...parts)));
const hex = (bytes) => Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
const sum = async (...parts) => `sha256:${hex(await sha256(...parts))}`;
const unhex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const base64 = (bytes) => btoa(String.fromCharCode(...bytes));
const equal = (a, b) => a.length === b.length && a.every((x, i) => x === b[i]);

/** Bytes of strict base64, null for any other spelling. */
function unbase64(text) {
  try {
    const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
    return base64(bytes) === text ? bytes : null;
  } catch {
    return null;
  }
}

/** A text in its canonical form: NFC, LF, no blanks at the end of a line, no blank lines around it. docs/digest.md */
export function canonicalText(text) {
  const lines = text.replace(/^\ufeff/, "").replace(/\r\n?/g, "\n").normalize("NFC").split("\n");
  const trimmed = lines.map((l) => l.replace(/[ \t]+$/, "")).join("\n").replace(/^\n+|\n+$/g, "");
  return trimmed && `${trimmed}\n`;
}

/** RFC 8785 JSON of a value of texts, whole numbers, truth values, lists and objects. */
export function canonicalJSON(v) {
  if (Array.isArray(v)) return `[${v.map(canonicalJSON).join(",")}]`;
  if (v && typeof v === "object") return `{${Object.keys(v).sort().map((k) => `${JSON.stringify(k)}:${canonicalJSON(v[k])}`).join(",")}}`;
  if (typeof v === "number" && !Number.isSafeInteger(v)) throw new Error("only whole numbers have a form here");
  return JSON.stringify(v);
}

/** Where the chain breaks: file, statement, parts, record, checkpoint, proof or post. */
class Fault extends Error {
  constructor(part) { super(part); this.part = part; }
}
const must = (holds, part) => { if (!holds) throw new Fault(part); };

const members = {
  receipt: ["checkpoint", "index", "parts", "proof", "record", "salt", "statement", "v"],
  record: ["at", "commitment", "v"],
};
const has = (v, names) => v && typeof v === "object" && !Array.isArray(v) && Object.keys(v).sort().join() === names.join();

function parse(file) {
  must(file.length <= 256 << 10 && file.endsWith("\n") && file.indexOf("\n") === file.length - 1, "file");
  let r;
  try {
    r = JSON.parse(file);
    must(`${canonicalJSON(r)}\n` === file, "file");
  } catch {
    throw new Fault("file");
  }
  must(has(r, members.receipt) && r.v === 1 && Array.isArray(r.proof) && Number.isSafeInteger(r.index) && r.index >= 0, "file");
  return r;
}

/** The keys of a key file: name, hash and the 32 bytes of each. */
async function keysOf(file) {
  const all = [];
  for (const line of file.split("\n").map((l) => l.trim()).filter((l) => l && !l.startsWith("#"))) {
    const [name, hash, ...rest] = line.split("+"), key = unbase64(rest.join("+"));
    must(key?.length === 33 && key[0] === 1, "checkpoint");
    must(hex((await sha256(utf8.encode(`${name}\n`), key)).slice(0, 4)) === hash, "checkpoint");
    all.push({ name, hash, bytes: key.slice(1) });
  }
  return all;
}

/** What a checkpoint says that one of the keys has signed, with exactly one signature. */
async function open(note, keys) {
  const found = note.match(/^([^\n]+)\n(0|[1-9]\d*)\n([^\n]+)\n\n— ([^ \n]+) ([^\n]+)\n$/);
  must(found, "checkpoint");
  const [, origin, size, root, name, signature] = found, signed = unbase64(signature), top = unbase64(root);
  must(origin === name && signed?.length === 68 && top?.length === 32 && Number.isSafeInteger(Number(size)), "checkpoint");
  const key = keys.find((k) => k.name === name && k.hash === hex(signed.slice(0, 4)));
  must(key, "checkpoint");
  const imported = await crypto.subtle.importKey("raw", key.bytes, { name: "Ed25519" }, false, ["verify"]);
  must(await crypto.subtle.verify({ name: "Ed25519" }, imported, signed.slice(4), utf8.encode(`${origin}\n${size}\n${root}\n`)), "checkpoint");
  return { size: Number(size), root: top };
}

/** The root to which a proof leads from a leaf: RFC 9162, 2.1.3. */
async function rootOf(proof, low, high, index, leaf) {
  if (low + 1 === high) {
    must(proof.length === 0, "proof");
    return leaf;
  }
  must(proof.length > 0, "proof");
  let half = 1;
  while (half * 2 < high - low) half *= 2;
  const beside = proof.at(-1), below = proof.slice(0, -1), node = new Uint8Array([1]);
  return index < low + half
    ? sha256(node, await rootOf(below, low, low + half, index, leaf), beside)
    : sha256(node, beside, await rootOf(below, low + half, high, index, leaf));
}

async function compare(parts, post) {
  for (const part of ["title", "text", "caption"]) {
    if (post[part] === undefined) continue;
    const text = canonicalText(post[part]), want = parts[`${part}_sha256`];
    if (want === undefined && text === "") continue; // an empty title or caption is left out
    must((await sum(utf8.encode(text))) === want, "post");
  }
}

/**
 * Follows the chain of a receipt with the keys of a key file. The post's title, text and caption are compared where they are given.
 * Answers { receipt } when it holds, { part } where it breaks; throws when this browser has no Ed25519.
 */
export async function verify(keyFile, file, post = {}) {
  try {
    const r = parse(file), s = r.statement;
    must(s && typeof s === "object" && s.v === 1, "statement");
    must((await sum(utf8.encode(canonicalJSON(r.parts)))) === s.digest, "parts");
    must(has(r.record, members.record) && r.record.v === 1 && /^sha256:[0-9a-f]{64}$/.test(r.record.commitment), "record");
    must(typeof r.salt === "string" && /^[0-9a-f]{64}$/.test(r.salt), "statement");
    const commitment = await sum(utf8.encode("workfluence receipt v1\n"), unhex(r.salt), utf8.encode(canonicalJSON(s)));
    must(commitment === r.record.commitment && r.record.at === s.decided, "statement");
    const { size, root } = await open(String(r.checkpoint), await keysOf(keyFile));
    const proof = r.proof.map((p) => unbase64(p));
    must(proof.every((p) => p?.length === 32) && r.index < size, "proof");
    const leaf = await sha256(new Uint8Array([0]), utf8.encode(canonicalJSON(r.record)));
    must(equal(await rootOf(proof, 0, size, r.index, leaf), root), "proof");
    await compare(r.parts, post);
    return { receipt: r };
  } catch (e) {
    if (e instanceof Fault) return { part: e.part };
    throw e;
  }
}
