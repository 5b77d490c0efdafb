// GET /api/v1/setup and /api/v1/registry of the mock: three ways stand for all, and one service is
// registered.
const kKey = '91c0de5fd2a64b0e8f7712ab';

const isName = (text) => /^[\p{L}\p{N}_.-]{1,64}$/u.test(text);

const failure = (field, message) => ({ error: { message, field, position: null } });

function nginxWay(service, server, options) {
  const format = [
    `log_format ballcone_json_${service} escape=json`,
    `    '{'`,
    `    '"service": "${service}", '`,
    ...(options.includes('original') ? [] : [`    '"method": "$request_method", '`]),
    `    '"date": "$time_iso8601"'`,
    `    '}';`,
  ].join('\n');
  return {
    name: 'nginx',
    title: 'nginx',
    text: 'nginx sends each request as one line over syslog.',
    is_log: true,
    options: [{ name: 'original', title: 'Ten fields alone', is_on: options.includes('original') }],
    steps: [
      { text: 'In the http { } block of nginx.conf:', code: format },
      {
        text: 'In the server { } or location { } block to count:',
        code: `access_log syslog:server=${server} ballcone_json_${service};`,
      },
    ],
  };
}

function scriptWay(service, url, options, key) {
  const isHash = options.includes('hash');
  return {
    name: 'script',
    title: 'Script',
    text: 'A script of 700 bytes.',
    is_log: false,
    options: [{ name: 'hash', title: 'Fragments are pages', is_on: isHash }],
    steps: [
      {
        text: 'In the <head> of every page:',
        code: `<script defer src="${url}/hello.js" data-service="${service}"${key}${isHash ? ' data-hash' : ''}></script>`,
      },
      { text: 'That is all.', code: '' },
    ],
  };
}

const filesWay = (service) => ({
  name: 'files',
  title: 'Log files',
  text: 'Ballcone imports files once, and follows those that grow.',
  is_log: true,
  options: [],
  steps: [{ text: 'Logs that are there already:', code: `ballcone import --service ${service} 'access.log*'` }],
});

export function makeRegistry() {
  const services = [
    {
      name: 'example',
      hosts: ['example.com', '*.example.com'],
      time_zone: 'Europe/Berlin',
      key: kKey,
      server_key: `${kKey}${kKey}`,
      switches: 'query=drop',
    },
  ];
  const find = (name) => services.find((service) => service.name === name);

  function setupAnswer(params) {
    const given = params.get('service') ?? 'example';
    const service = given.trim().toLowerCase();
    if (!isName(service)) return failure('service', `expected a service name, got "${given}"`);
    const server = params.get('server') ?? '127.0.0.1:65140';
    const url = params.get('url') ?? 'http://localhost';
    const options = (params.get('with') ?? '').split(',');
    const known = find(service);
    const hasHosts = (known?.hosts.length ?? 0) > 0;
    const key = known !== undefined && !hasHosts ? ` data-key="${known.key}"` : '';
    return {
      service,
      server,
      url,
      is_registered: known !== undefined,
      has_hosts: hasHosts,
      ways: [
        nginxWay(service, server, options),
        filesWay(service),
        scriptWay(service, url, options, key),
      ],
    };
  }

  function registryAnswer(body) {
    if (body === null) return { services };
    const { action, name } = body;
    if (action === 'remove') {
      services.splice(services.indexOf(find(name)), 1);
      return { service: null };
    }
    if ((body.hosts ?? []).some((host) => host.includes('/')))
      return failure('hosts', `expected hosts such as example.com, got "${body.hosts}"`);
    if (find(name) === undefined)
      services.push({ name, key: kKey, server_key: `${kKey}${kKey}`, switches: '' });
    const service = find(name);
    if (action === 'key') service[body.server ? 'server_key' : 'key'] = 'a'.repeat(24);
    if (action === 'set')
      Object.assign(service, {
        hosts: body.hosts,
        time_zone: body.time_zone,
        switches: body.switches.filter((one) => !/default|keep|full$|ignore/.test(one)).join(),
      });
    return { service };
  }
  return { setupAnswer, registryAnswer };
}
