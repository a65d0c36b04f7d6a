// Takes out of a web font what no page uses. A WOFF2 file is a list of tables and one brotli stream of all of them in
// that order (https://www.w3.org/TR/WOFF2/#FileStructure), so a table goes without touching the others.
import zlib from "node:zlib";

const HEADER = 48;
const KNOWN = ["cmap", "head", "hhea", "hmtx", "maxp", "name", "OS/2", "post", "cvt ", "fpgm", "glyf", "loca", "prep", "CFF ", "VORG",
  "EBDT", "EBLC", "gasp", "hdmx", "kern", "LTSH", "PCLT", "VDMX", "vhea", "vmtx", "BASE", "GDEF", "GPOS", "GSUB"]; // the first of 63

/** The same font without a table. Throws for a file that is no WOFF2. */
export function without(tag, font) {
  if (font.toString("latin1", 0, 4) !== "wOF2") throw new Error("no WOFF2 file");
  const tables = [];
  let at = HEADER;
  for (let left = font.readUInt16BE(12); left > 0; left -= 1) {
    const from = at;
    const flags = font[at++];
    const known = flags & 63;
    const name = known === 63 ? font.toString("latin1", at, (at += 4)) : KNOWN[known];
    const plain = number();
    // glyf and loca are transformed unless their version is 3, all others only if they say so
    const isTransformed = ["glyf", "loca"].includes(name) ? flags >> 6 !== 3 : flags >> 6 !== 0;
    tables.push({ name, plain, length: isTransformed ? number() : plain, entry: font.subarray(from, at) });
  }
  const packed = font.readUInt32BE(20);
  const data = zlib.brotliDecompressSync(font.subarray(at, at + packed));
  let offset = 0;
  const kept = tables.map((table) => ({ ...table, data: data.subarray(offset, (offset += table.length)) })).filter(({ name }) => name !== tag);
  const gone = tables.find(({ name }) => name === tag);
  if (!gone) return font;

  const params = { [zlib.constants.BROTLI_PARAM_QUALITY]: 11, [zlib.constants.BROTLI_PARAM_MODE]: zlib.constants.BROTLI_MODE_FONT };
  const stream = zlib.brotliCompressSync(Buffer.concat(kept.map((table) => table.data)), { params });
  const header = Buffer.from(font.subarray(0, HEADER));
  const made = Buffer.concat([header, ...kept.map(({ entry }) => entry), stream]);
  const whole = Buffer.concat([made, Buffer.alloc(-made.length & 3)]);
  whole.writeUInt32BE(whole.length, 8);
  whole.writeUInt16BE(kept.length, 12);
  whole.writeUInt32BE(font.readUInt32BE(16) - 16 - ((gone.plain + 3) & ~3), 16);
  whole.writeUInt32BE(stream.length, 20);
  whole.fill(0, 28, HEADER); // metadata and private parts stood behind
  return whole;

  // seven bits a byte, the highest bit says that more follow
  function number() {
    let value = 0;
    for (;;) {
      const byte = font[at++];
      value = value * 128 + (byte & 127);
      if (byte < 128) return value;
    }
  }
}
