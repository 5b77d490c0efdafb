// A real nginx with a prefix and a configuration of its own, on loopback.
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { eventually, free_port, run_program, temporary_folder } from '../e2e/harness.mjs';

function configuration({ folder, port, format, syslog, service, host, has_no_file, more }) {
  return `daemon off;
${process.getuid() === 0 ? 'user root;' : ''}
worker_processes 2;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log;
events { worker_connections 1024; }
http {
    types { text/html html; text/css css; image/png png; }
    ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
    large_client_header_buffers 8 32k;
    set_real_ip_from ${host};
    real_ip_header X-Forwarded-For;
    ${format}
    server {
        listen ${host.includes(':') ? `[${host}]` : host}:${port};
        root ${folder}/root;
        ${syslog}
        ${has_no_file ? '' : `access_log ${folder}/access.log ballcone_json_${service};`}
        location /moved { return 301 /; }
        location /denied { return 403; }
        location /broken { return 500; }
        location /teapot { return 418 "short and stout"; }
        location /slow { limit_rate 100k; alias ${folder}/root/large.html; }
        ${more ?? ''}
    }
}
`;
}

// settings: service; format, the log_format directive; syslog, access_log directives; has_no_file: no log in the folder;
// more: directives for the server.
export async function start_nginx(test, settings) {
  const folder = temporary_folder('nginx');
  const host = settings.host ?? '127.0.0.1';
  const port = await free_port(host);
  fs.mkdirSync(path.join(folder, 'root'));
  fs.writeFileSync(path.join(folder, 'root/index.html'), '<!doctype html><title>x</title>');
  fs.writeFileSync(path.join(folder, 'root/large.html'), 'x'.repeat(20_000));
  fs.writeFileSync(path.join(folder, 'root/style.css'), 'body {}');
  fs.writeFileSync(path.join(folder, 'nginx.conf'), configuration({ ...settings, folder, port, host }));
  const program = run_program('nginx', ['-p', folder, '-c', path.join(folder, 'nginx.conf'), '-e', path.join(folder, 'error.log')],
                              { env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` } });
  const stop = async () => { program.child.kill('SIGQUIT'); return program.exit; };
  test.after(stop);
  await eventually('nginx to listen', () => new Promise((resolve, reject) => {
    if (program.ended) reject(Object.assign(new Error(`nginx ended: ${program.stderr}`), { fatal: true }));
    const socket = net.connect(port, host, () => { socket.destroy(); resolve(true); }).once('error', reject);
  }));
  return { port, host, folder, stop, logged: () => fs.readFileSync(path.join(folder, 'access.log')) };
}

// Sends requests as bytes, so that they need not be well-formed, on one connection each; gives nothing but the time.
export async function send_raw({ host, port }, requests, at_once = 16) {
  const queue = [...requests];
  await Promise.all(Array.from({ length: at_once }, async () => {
    for (let request = queue.pop(); request; request = queue.pop()) {
      await new Promise((resolve) => {
        const socket = net.connect(port, host, () => socket.end(request));
        socket.on('error', resolve).on('close', resolve).resume();
      });
    }
  }));
}
