// Import against GoAccess, on the same logs in the same run: wall time of the whole program, from start to exit.
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { binary, temporary_folder } from '../test/e2e/harness.mjs';

const millions = Number(process.env.BENCH_MILLIONS ?? 5);
const large_millions = Number(process.env.BENCH_LARGE_MILLIONS ?? 50);

const grouped = (number) => Math.round(number).toLocaleString('en');

// The program's wall time and the largest memory it ever had, looked at every 50 ms (the kernel keeps the maximum).
function measure(command, args, { cwd } = {}) {
  return new Promise((resolve, reject) => {
    const begin = process.hrtime.bigint();
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    const out = [], err = [];
    let peak_kb = 0;
    const look = () => {
      try {
        peak_kb = Math.max(peak_kb, Number(/VmHWM:\s+(\d+)/.exec(fs.readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? 0));
      } catch { /* it has ended */ }
    };
    const timer = setInterval(look, 50);
    child.stdout.on('data', (data) => out.push(data));
    child.stderr.on('data', (data) => err.push(data));
    child.on('error', reject);
    child.on('close', (code) => {
      clearInterval(timer);
      const seconds = Number(process.hrtime.bigint() - begin) / 1e9;
      if (code !== 0) return reject(new Error(`${command} ended with ${code}: ${Buffer.concat(err).toString().slice(-2000)}`));
      resolve({ seconds, peak_mb: peak_kb / 1024, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() });
    });
  });
}

function make_log(tools, scratch, format, lines) {
  const file = path.join(scratch, `${format}-${lines}.log`);
  if (fs.existsSync(file)) return file;
  execFileSync('sh', ['-c', `"${path.join(tools, 'access_log')}" ${format} ${lines} > "${file}.part" && mv "${file}.part" "${file}"`], { stdio: 'inherit' });
  return file;
}

function compressed(file, program, ending) {
  const made = file + ending;
  if (!fs.existsSync(made)) execFileSync('sh', ['-c', `${program} < "${file}" > "${made}.part" && mv "${made}.part" "${made}"`], { stdio: 'inherit' });
  return made;
}

async function go_access(file, lines) {
  const folder = temporary_folder('goaccess');
  const config = path.join(folder, 'goaccess.conf');
  fs.writeFileSync(config, '');
  const run = await measure('goaccess', [file, '--log-format=COMBINED', '-p', config, '--no-global-config', '-o', path.join(folder, 'report.json')]);
  return { lines_per_second: lines / run.seconds, peak_mb: run.peak_mb };
}

// The median of three: memory that the machine has just been given costs the first run a second.
async function ballcone(file, lines) {
  const runs = [];
  for (let i = 0; i < 3; ++i) runs.push(await import_once(file, lines));
  return runs.sort((a, b) => a.lines_per_second - b.lines_per_second)[1];
}

async function import_once(file, lines) {
  const folder = temporary_folder('import');
  const database = path.join(folder, 'ballcone.duckdb');
  const run = await measure(binary, ['import', '-d', database, '--json', '--profile', file]);
  const summary = JSON.parse(run.stdout);
  if (summary.stored !== lines) throw new Error(`${file}: expected ${lines} hits, stored ${summary.stored}: ${JSON.stringify(summary.dropped)}`);
  const bytes = fs.statSync(database).size;
  fs.rmSync(folder, { recursive: true });
  // What follows from the hits is made after they are stored, and told apart.
  const seconds = run.seconds - summary.derive_seconds;
  return { lines_per_second: lines / seconds, peak_mb: run.peak_mb, bytes_per_hit: bytes / lines, steps: summary.steps, derive_seconds: summary.derive_seconds };
}

export async function bench_import(tools, scratch, say) {
  const lines = millions * 1e6;
  const combined = make_log(tools, scratch, 'combined', lines);
  const reference = await go_access(combined, lines);
  const cores = execFileSync('nproc', { encoding: 'utf8' }).trim();
  say(`${grouped(lines)} lines of ${Math.round(fs.statSync(combined).size / lines)} bytes, ${cores} cores`);
  say('| what | lines/s | of GoAccess | peak memory, MB | bytes per hit, with derived data | then to derive, s |\n|---|---|---|---|---|---|');
  const row = (name, { lines_per_second, peak_mb, bytes_per_hit, derive_seconds }) =>
    say(`| ${name} | ${grouped(lines_per_second)} | ${(lines_per_second / reference.lines_per_second).toFixed(1)} | ${peak_mb.toFixed(0)} | ${bytes_per_hit?.toFixed(1) ?? ''} | ${derive_seconds?.toFixed(1) ?? ''} |`);
  row('GoAccess, combined', reference);
  const first = await ballcone(combined, lines);
  row('combined', first);
  row('combined, gzip', await ballcone(compressed(combined, 'gzip -6', '.gz'), lines));
  row('combined, zstd', await ballcone(compressed(combined, 'zstd -q', '.zst'), lines));
  const json = make_log(tools, scratch, 'json', lines);
  row('JSON of nginx', await ballcone(json, lines));
  row('JSON of nginx, gzip', await ballcone(compressed(json, 'gzip -6', '.gz'), lines));
  const large = large_millions * 1e6;
  if (large > 0) {
    const file = make_log(tools, scratch, 'combined', large);
    row(`combined, ${grouped(large)} lines`, await import_once(file, large));
    fs.rmSync(file);
    const paths = make_log(tools, scratch, 'paths', 10e6);
    row('combined, 10,000,000 lines, each with a path of its own', await import_once(paths, 10e6));
    fs.rmSync(paths);
  }
  const sum = first.steps.reduce((ns, step) => ns + step.ns, 0);
  say(`ns per line of the first import, by stage, summed over the cores (\`ballcone import --profile\`): ` +
      first.steps.map(({ name, ns }) => `${name} ${Math.round(ns / lines)}`).join(', ') + `; in all ${Math.round(sum / lines)}`);
}
