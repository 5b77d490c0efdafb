// Builds the tracker: node tracker/build.mjs [OUT] → OUT/hello.js, OUT/more.js and a gzip copy of
// each (0.05 s), for the server; node tracker/build.mjs --module [OUT] → OUT/index.js and its
// types, for bundlers. Ends with 1 if a script has become too large.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import * as esbuild from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));

// Bytes, gzipped as well as gzip can.
export const kLimits = { '/hello.js': 700, '/more.js': 1000 };

const gzip = (bytes) => gzipSync(bytes, { level: 9 });

const bundle = async (name, options) => {
  const { outputFiles } = await esbuild.build({
    absWorkingDir: here,
    entryPoints: [`src/${name}.ts`],
    bundle: true,
    write: false,
    legalComments: 'none',
    logLevel: 'warning',
    ...options,
  });
  return outputFiles[0].text;
};

// es2017: what a browser of 2018 reads. Properties keep their names, which are the wire's and the
// browser's. No tsconfig: it is strict, and each script would say so again in bytes.
const script = (name) =>
  bundle(name, { minify: true, format: 'iife', target: 'es2017', tsconfigRaw: '{}' });

// (()=>{var u=(…)=>{…};window.ballcone=u(…);})(); → window.ballcone=((…)=>{…})(…);
// esbuild does not inline a function that is called once, which is 14 bytes of 700.
function unwrapped(code) {
  const parts = /^\(\(\)=>\{var (\w+)=(.*);window\.ballcone=\1\((.*)\);\}\)\(\);\s*$/s.exec(code);
  if (!parts) throw new Error(`expected one function and its call, got ${code}`);
  return `window.ballcone=(${parts[2]})(${parts[3]});\n`;
}

// → [{path, bytes}], as the page's build has them.
export async function makeFiles() {
  const [hello, more] = await Promise.all([script('hello'), script('more')]);
  return [
    { path: '/hello.js', bytes: Buffer.from(unwrapped(hello)) },
    { path: '/more.js', bytes: Buffer.from(more) },
  ];
}

export async function build(out) {
  mkdirSync(out, { recursive: true });
  const files = await makeFiles();
  for (const { path, bytes } of files) {
    writeFileSync(join(out, path), bytes);
    writeFileSync(join(out, `${path}.gz`), gzip(bytes));
  }
  return files.map(({ path, bytes }) => ({ path, bytes: bytes.length, gzip: gzip(bytes).length }));
}

export async function buildModule(out) {
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, 'index.js'), await bundle('index', { format: 'esm', target: 'es2020' }));
  const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  const options = ['--noEmit', 'false', '--declaration', '--emitDeclarationOnly', '--outDir', out];
  execFileSync(process.execPath, [compiler, '-p', here, ...options], { stdio: 'inherit' });
}

async function main(args) {
  if (args[0] === '--module') return buildModule(resolve(args[1] ?? join(here, 'dist')));
  const files = await build(resolve(args[0] ?? join(here, '../build/tracker')));
  for (const { path, bytes, gzip } of files) {
    const limit = kLimits[path];
    console.log(`tracker: ${path} ${bytes} bytes, ${gzip} gzipped, at most ${limit}`);
    if (gzip > limit) process.exitCode = 1;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv.slice(2));
