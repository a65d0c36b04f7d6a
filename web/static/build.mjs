// Builds the front end: style sheet, scripts, signs and fonts, each named after its content and pre-compressed.
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import zlib from "node:zlib";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const src = join(here, "src");
const dist = join(here, "dist");
const manifest = {};

const brotli = promisify(zlib.brotliCompress);
const gzip = promisify(zlib.gzip);

/** Copy one text file under a name that carries its hash, whitespace between tags taken out. */
async function stampSvg(file) {
  const text = (await readFile(join(src, "icons", file), "utf8")).replace(/<!--[\s\S]*?-->/g, "").replace(/>\s+</g, "><").trim();
  const hash = createHash("sha256").update(text).digest("base64url").replace(/[^a-zA-Z0-9]/g, "").slice(0, 8).toUpperCase();
  const name = file.replace(/\.svg$/, `.${hash}.svg`);
  await writeFile(join(dist, name), text);
  manifest[file] = name;
}

/** Store .br and .gz beside every file that a server would otherwise compress on each request. */
async function compress(folder) {
  const jobs = [];
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile() || !/\.(css|js|svg)$/.test(entry.name)) continue;
    const path = join(entry.parentPath ?? entry.path, entry.name);
    const body = await readFile(path);
    const params = { [zlib.constants.BROTLI_PARAM_QUALITY]: 11, [zlib.constants.BROTLI_PARAM_SIZE_HINT]: body.length };
    jobs.push(brotli(body, { params }).then((data) => writeFile(`${path}.br`, data)));
    jobs.push(gzip(body, { level: 9 }).then((data) => writeFile(`${path}.gz`, data)));
  }
  await Promise.all(jobs);
}

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });

const common = {
  bundle: true,
  minify: true,
  metafile: true,
  outdir: dist,
  entryNames: "[name].[hash]",
  chunkNames: "[name].[hash]",
  assetNames: "fonts/[name].[hash]",
  target: ["chrome111", "firefox128", "safari16.4"],
  legalComments: "none",
  logLevel: "warning",
};
const results = await Promise.all([
  build({ ...common, entryPoints: [join(src, "css", "app.css")], loader: { ".woff2": "file" } }),
  build({ ...common, entryPoints: [join(src, "js", "app.js"), join(src, "js", "talk.js")], format: "esm", splitting: true }),
  stampSvg("sprite.svg"),
  stampSvg("icon.svg"),
]);

for (const result of results) {
  for (const [path, output] of Object.entries(result?.metafile?.outputs ?? {})) {
    const built = relative(dist, join(process.cwd(), path));
    const source = output.entryPoint ?? (built.startsWith("fonts") ? Object.keys(output.inputs)[0] : undefined);
    if (source) manifest[source.split("/").at(-1)] = built;
  }
}

const sorted = Object.fromEntries(Object.entries(manifest).sort(([a], [b]) => a.localeCompare(b)));
await writeFile(join(dist, "manifest.json"), `${JSON.stringify(sorted, null, 2)}\n`);
await compress(dist);
