// Builds the page: node ui/build.mjs [OUT] → OUT/index.html, OUT/favicon.svg,
// OUT/assets/app-HASH.js and .css, plot-HASH.js and world_map-HASH.js (the charts and the map, loaded
// when one is drawn), a gzip copy of each, the tracker's OUT/hello.js and more.js, and OUT/embedded.cc with all of it for the
// program (see src/web/assets.h). Takes about 0.2 s.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import * as esbuild from 'esbuild';
import { makeFiles as makeTracker } from '../tracker/build.mjs';
import { worldMapPlugin } from './world_map.mjs';

const here = dirname(fileURLToPath(import.meta.url));

const kTypes = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

const hashOf = (bytes) => createHash('sha256').update(bytes).digest('hex').slice(0, 8);

async function bundle() {
  const built = await esbuild.build({
    absWorkingDir: here,
    entryPoints: { app: 'src/main.tsx' },
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    splitting: true,
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    outdir: 'out',
    format: 'esm',
    target: ['es2022', 'chrome123', 'firefox120', 'safari17.5'], // light-dark() decides
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    plugins: [worldMapPlugin],
    logLevel: 'warning',
  });
  const outputs = Object.entries(built.metafile.outputs);
  const [, app] = outputs.find(([, output]) => output.entryPoint === 'src/main.tsx');
  const needed = app.imports.filter(({ kind }) => kind === 'import-statement');
  return {
    files: built.outputFiles.map((file) => ({ name: basename(file.path), bytes: file.contents })),
    needed: needed.map(({ path }) => basename(path)),
  };
}

// Names carry a hash of the content, so browsers may keep them for ever.
async function makeFiles() {
  let html = readFileSync(join(here, 'index.html'), 'utf8');
  const files = [{ path: '/favicon.svg', bytes: readFileSync(join(here, 'favicon.svg')) }];
  const bundled = await bundle();
  // What the script imports is asked for with it, not when it has been read.
  const links = bundled.needed.map((name) => `<link rel="modulepreload" href="/assets/${name}">`);
  html = html.replace(/^( *)(?=<script )/m, (indent) => links.map((link) => `${indent}${link}\n`).join('') + indent);
  for (const { name, bytes } of bundled.files) {
    const plainName = name.replace(/-[^-]*(\.\w+)$/, '$1'); // app-AB12CD34.js → app.js
    html = html.replace(`/assets/${plainName}"`, `/assets/${name}"`);
    files.push({ path: `/assets/${name}`, bytes: Buffer.from(bytes) });
  }
  return [{ path: '/index.html', bytes: Buffer.from(html) }, ...files, ...(await makeTracker())];
}

// The bytes get into the program by the assembler: an array of 200,000 numbers would take the
// compiler seconds and 300 MB.
function embeddedCode(files, out) {
  const symbols = files.map(({ path }, i) => {
    const whole = join(out, path);
    return `BALLCONE_EMBED(ballcone_file${i}, "${whole}")\nBALLCONE_EMBED(ballcone_file${i}_gzip, "${whole}.gz")`;
  });
  const rows = files.map(
    ({ path, bytes }, i) =>
      `    {"${path}", "${kTypes[extname(path)]}",\n` +
      `     {ballcone_file${i}_begin, ballcone_file${i}_end}, {ballcone_file${i}_gzip_begin, ballcone_file${i}_gzip_end},\n` +
      `     "\\"${hashOf(bytes)}\\""},`,
  );
  return `// Made by ui/build.mjs; do not edit.
#include "web/assets.h"

#define BALLCONE_EMBED(name, file)                                              \\
  extern "C" const char name##_begin[], name##_end[];                           \\
  asm(".pushsection .rodata\\n" #name "_begin:\\n.incbin \\"" file "\\"\\n" #name   \\
      "_end:\\n.byte 0\\n.popsection\\n");

${symbols.join('\n')}

namespace ballcone {
namespace {
const Asset kAssets[] = {
${rows.join('\n')}
};
}  // namespace

std::span<const Asset> all_assets() { return kAssets; }

}  // namespace ballcone
`;
}

export async function build(out) {
  rmSync(join(out, 'assets'), { recursive: true, force: true });
  mkdirSync(join(out, 'assets'), { recursive: true });
  const files = await makeFiles();
  for (const { path, bytes } of files) {
    writeFileSync(join(out, path), bytes);
    writeFileSync(join(out, `${path}.gz`), gzipSync(bytes, { level: 9 }));
  }
  writeFileSync(join(out, 'embedded.cc'), embeddedCode(files, out));
  return files.map(({ path, bytes }) => ({
    path,
    bytes: bytes.length,
    gzip: gzipSync(bytes, { level: 9 }).length,
  }));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const out = resolve(process.argv[2] ?? join(here, '../build/ui'));
  const files = await build(out);
  const total = files.reduce((sum, file) => sum + file.gzip, 0);
  console.log(
    `page: ${readdirSync(join(out, 'assets')).length / 2} assets, ${total} bytes gzipped`,
  );
}
