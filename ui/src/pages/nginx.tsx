// How to connect nginx: two lines to copy, and a look whether the first one arrived.
import { useState } from 'preact/hooks';
import { getJson } from '../api';
import { CopyBlock } from '../parts/copy';
import { Failure } from '../parts/notice';
import { Skeleton } from '../parts/skeleton';
import { Segments } from '../parts/segments';
import { useResource } from '../resource';
import { place, setSearch } from '../route';
import { texts } from '../texts';
import type { NginxLines } from '../types';
import { Arrival } from './nginx_arrival';

const t = texts.nginx;
const kVariants = ['extended', 'original'] as const;
type Variant = (typeof kVariants)[number];

// The original's names of the two URL parameters are kept: ?service=blog&ip=10.0.0.5:65140
function useParameters() {
  const params = new URLSearchParams(place.value.search);
  const set = (name: string, value: string) => {
    const next = new URLSearchParams(params);
    if (value === '') next.delete(name);
    else next.set(name, value);
    const search = next.toString();
    setSearch(search === '' ? '' : `?${search}`, 'replace');
  };
  return { service: params.get('service') ?? '', server: params.get('ip') ?? '', set };
}

export function NginxPage() {
  const { service, server, set } = useParameters();
  const [variant, setVariant] = useState<Variant>('extended');
  const name = service.trim().toLowerCase() === '' ? 'example' : service.trim().toLowerCase();
  const query = new URLSearchParams({ service: name });
  if (server.trim() !== '') query.set('server', server.trim());
  const path = `/api/v1/nginx?${query.toString()}`;
  const lines = useResource<NginxLines>(path, (signal) => getJson(path, signal));
  const isExtended = variant === 'extended';
  return (
    <div class="connect">
      <header class="title">
        <h1>{t.title}</h1>
      </header>
      <p class="lead">{t.lead}</p>
      <form class="fields panel" onSubmit={(event) => event.preventDefault()}>
        <Field
          id="service"
          label={t.service}
          help={t.serviceHelp}
          value={service}
          placeholder="example"
          onChange={(value) => set('service', value)}
        />
        <Field
          id="server"
          label={t.server}
          help={t.serverHelp}
          value={server}
          placeholder={serverIn(lines.data?.access_log) ?? '127.0.0.1:65140'}
          onChange={(value) => set('ip', value)}
        />
        <div class="field">
          <span class="label">{t.variant}</span>
          <Segments
            label={t.variant}
            options={kVariants}
            value={variant}
            onChange={setVariant}
            names={{ extended: t.extended, original: t.original }}
          />
          <small>{isExtended ? t.extendedHelp : t.originalHelp}</small>
        </div>
      </form>
      {lines.error !== undefined && <Failure error={lines.error} retry={lines.reload} />}
      {lines.data === undefined && lines.error === undefined && (
        <Skeleton rows={12} isVisible={lines.isSlow} />
      )}
      {lines.data !== undefined && (
        <ol class="guide">
          <li>
            <h2>{t.steps[0]}</h2>
            <p>{t.format}</p>
            <CopyBlock
              label="log_format"
              text={isExtended ? lines.data.extended : lines.data.original}
            />
          </li>
          <li>
            <h2>{t.steps[1]}</h2>
            <p>{t.accessLog}</p>
            <CopyBlock
              label="access_log"
              text={isExtended ? lines.data.access_log_extended : lines.data.access_log}
            />
            <p class="hint">{t.udp}</p>
          </li>
          <li>
            <h2>{t.steps[2]}</h2>
            <p>{t.reload}</p>
            <CopyBlock label={t.steps[2] ?? ''} text={t.reloadCommand} />
          </li>
          <li>
            <h2>{t.steps[3]}</h2>
            <Arrival service={name} key={name} />
          </li>
        </ol>
      )}
    </div>
  );
}

// access_log syslog:server=127.0.0.1:65140,… → the address the server suggests
const serverIn = (line: string | undefined) => /syslog:server=([^,;\s]+)/.exec(line ?? '')?.[1];

function Field({
  id,
  label,
  help,
  value,
  placeholder,
  onChange,
}: {
  id: string;
  label: string;
  help: string;
  value: string;
  placeholder: string;
  onChange: (value: string) => void;
}) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="text"
        value={value}
        placeholder={placeholder}
        aria-describedby={`${id}-help`}
        autocomplete="off"
        spellcheck={false}
        maxLength={256}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
      <small id={`${id}-help`}>{help}</small>
    </div>
  );
}
