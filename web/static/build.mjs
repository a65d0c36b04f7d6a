// Builds the front end: style sheet, scripts, signs and fonts, each named after its content and pre-compressed.
// A server that runs meanwhile goes on: what an open page still asks for stays for a week, and the manifest, which
// names the new files, comes last.
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import zlib from "node:zlib";
import { build } from "esbuild";
import { without } from "./fonts.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const src = join(here, "src");
const dist = resolve(process.argv[2] ?? join(here, "dist"));
const manifest = {};
const kept = new Set();
const WEEK = 7 * 24 * 3600 * 1000;

const brotli = promisify(zlib.brotliCompress);
const gzip = promisify(zlib.gzip);

/** Write a file that appears whole or not at all; one that is there already, under the name of its content, stays. */
async function store(path, body, { always = false } = {}) {
  kept.add(path);
  const now = new Date();
  if (!always && (await utimes(path, now, now).then(() => true, () => false))) return;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.part`, body);
  await rename(`${path}.part`, path);
}

/** Copy one text file under a name that carries its hash, whitespace between tags taken out. */
async function stampSvg(file) {
  const text = (await readFile(join(src, "icons", file), "utf8")).replace(/<!--[\s\S]*?-->/g, "").replace(/>\s+</g, "><").trim();
  const hash = createHash("sha256").update(text).digest("base64url").replace(/[^a-zA-Z0-9]/g, "").slice(0, 8).toUpperCase();
  const name = file.replace(/\.svg$/, `.${hash}.svg`);
  await store(join(dist, name), text);
  manifest[file] = name;
}

/** Store .br and .gz beside every file that a server would otherwise compress on each request. */
async function compress(path) {
  const body = await readFile(path);
  const params = { [zlib.constants.BROTLI_PARAM_QUALITY]: 11, [zlib.constants.BROTLI_PARAM_SIZE_HINT]: body.length };
  await store(`${path}.br`, await brotli(body, { params }));
  await store(`${path}.gz`, await gzip(body, { level: 9 }));
}

/** Throw away what no build of the last week made. */
async function forget() {
  for (const entry of await readdir(dist, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath ?? entry.path, entry.name);
    if (entry.isFile() && !kept.has(path) && Date.now() - (await stat(path)).mtimeMs > WEEK) await rm(path);
  }
}

await mkdir(dist, { recursive: true });

// Kerning draws letters together in pairs: a quarter of the bold cut, and between two files, as at the letters of the
// extended one, it never applies. Running text keeps it.
const lighterFonts = {
  name: "lighter-fonts",
  setup(build) {
    build.onLoad({ filter: /-latin-(700|ext-400)-normal\.woff2$/ }, async ({ path }) => ({ contents: without("GPOS", await readFile(path)), loader: "file" }));
  },
};

const common = {
  bundle: true,
  minify: true,
  metafile: true,
  write: false,
  outdir: dist,
  entryNames: "[name].[hash]",
  chunkNames: "[name].[hash]",
  assetNames: "fonts/[name].[hash]",
  target: ["chrome111", "firefox128", "safari16.4"],
  legalComments: "none",
  logLevel: "warning",
};
const scripts = (...names) => build({ ...common, entryPoints: names.map((name) => join(src, "js", `${name}.js`)), format: "esm", splitting: true });
const results = await Promise.all([
  build({ ...common, entryPoints: ["app", "pages", "settling", "files"].map((name) => join(src, "css", `${name}.css`)), loader: { ".woff2": "file" }, plugins: [lighterFonts] }),
  scripts("app", "rooms", "passkeys", "photos", "stay", "push", "worker"),
  scripts("talk"), // by itself: what it shares with the lists packs better within it than beside it
  stampSvg("sprite.svg"),
  stampSvg("icon.svg"),
]);

for (const result of results) {
  for (const file of result?.outputFiles ?? []) await store(file.path, file.contents);
  for (const [path, output] of Object.entries(result?.metafile?.outputs ?? {})) {
    const built = relative(dist, join(process.cwd(), path));
    const source = output.entryPoint ?? (built.startsWith("fonts") ? Object.keys(output.inputs)[0] : undefined);
    if (source) manifest[source.split("/").at(-1)] = built;
  }
}
await Promise.all([...kept].filter((path) => /\.(css|js|svg)$/.test(path)).map(compress));

const sorted = Object.fromEntries(Object.entries(manifest).sort(([a], [b]) => a.localeCompare(b)));
await store(join(dist, "manifest.json"), `${JSON.stringify(sorted, null, 2)}\n`, { always: true });
await forget();
