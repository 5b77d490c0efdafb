// Imports a TypeScript module of ui/src into a test: load('format') → its exports.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));

export async function load(name) {
  const { outputFiles } = await esbuild.build({
    entryPoints: [join(here, '../src', `${name}.ts`)],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node18',
    logLevel: 'error',
  });
  const code = Buffer.from(outputFiles[0].contents).toString('base64');
  return import(`data:text/javascript;base64,${code}`);
}

// Tables of [input…, want]: one line per case.
export function eachRow(assert, call, rows) {
  for (const row of rows) {
    const input = row.slice(0, -1);
    assert.deepEqual(call(...input), row[row.length - 1], JSON.stringify(input));
  }
}
