// Logs to import, and what the command says of them.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { ballcone, binary, run_program, temporary_folder } from './harness.mjs';

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const agents = [
  'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36',
  'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
];

// 23/Nov/2026:12:00:00 +0000
export function clf_time(ms) {
  const date = new Date(ms);
  const two = (number) => String(number).padStart(2, '0');
  return `${two(date.getUTCDate())}/${months[date.getUTCMonth()]}/${date.getUTCFullYear()}:${date.toISOString().slice(11, 19)} +0000`;
}

// Line `i` of a combined log: a second after the one before it, with a path of its own.
export function line(i, fields = {}) {
  const { time = Date.UTC(2026, 10, 1) + i * 1000, path: uri = `/page/${i}`, status = 200, tag = '' } = fields;
  return `192.0.${i % 7}.${i % 200} - - [${clf_time(time)}] "GET ${uri}${tag} HTTP/1.1" ${status} ${1000 + (i % 100)} "-" "${agents[i % 3]}"`;
}
export const lines = (begin, end, fields) => Array.from({ length: end - begin }, (_, i) => line(begin + i, fields));
export const text_of = (list) => list.map((one) => `${one}\n`).join('');

// A folder with a database's name and what writes logs beside it.
export class Site {
  constructor(name = 'import') {
    this.folder = temporary_folder(name);
    this.database = path.join(this.folder, 'a.duckdb');
  }
  path(name) { return path.join(this.folder, name); }
  write(name, content) {
    fs.writeFileSync(this.path(name), Array.isArray(content) ? text_of(content) : content);
    return this.path(name);
  }
  append(name, content) { fs.appendFileSync(this.path(name), Array.isArray(content) ? text_of(content) : content); }

  run(...args) { return ballcone('import', '-d', this.database, ...args); }
  start(args, options) { return run_program(binary, ['import', '-d', this.database, ...args], options); }
  // Runs an import to its end and gives its summary, checked.
  async import(...args) {
    const end = await this.run('--json', ...args);
    return summary_of(end);
  }
  async rows(sql) {
    const end = await ballcone('sql', '-d', this.database, '--format', 'json', sql);
    assert.equal(end.code, 0, end.stderr);
    return JSON.parse(end.stdout).rows;
  }
  // How many hits there are, and of how many lines.
  async hits() { return (await this.rows('SELECT count(*), count(DISTINCT path) FROM hits'))[0]; }
}

// Conservation holds for every import there is.
export function summary_of(end, code = 0) {
  assert.equal(end.code, code, `${end.stdout}${end.stderr}`);
  const summary = JSON.parse(end.stdout);
  const dropped = Object.values(summary.dropped).reduce((a, b) => a + b, 0);
  assert.equal(summary.lines, summary.stored + dropped, end.stdout);
  return summary;
}
