// One row of the tail. Never drawn again once it is there: rows do not change.
import { Component } from 'preact';
import { useState } from 'preact/hooks';
import { kLocale } from '../locale';
import { bytes, exact, seconds } from '../format';
import type { LiveRow } from '../live_rows';
import { texts } from '../texts';
import type { LiveDrop, LiveHit } from '../types';
import { valueTitle } from '../values';

const t = texts.live;

interface Props {
  row: LiveRow;
  zone: string;
  isOfAll: boolean; // hits of all services are shown: say of which one this is
}

const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(zone: string): Intl.DateTimeFormat {
  const known = clocks.get(zone);
  if (known !== undefined) return known;
  const clock = new Intl.DateTimeFormat(kLocale, { timeStyle: 'medium', timeZone: zone });
  clocks.set(zone, clock);
  return clock;
}

function Time({ at, zone }: { at: string; zone: string }) {
  return (
    <time dateTime={at} title={exact(at)}>
      {clockOf(zone).format(new Date(at))}
    </time>
  );
}

export class Row extends Component<Props> {
  override shouldComponentUpdate(next: Props) {
    return next.zone !== this.props.zone || next.isOfAll !== this.props.isOfAll;
  }
  override render({ row, zone, isOfAll }: Props) {
    if (row.what === 'hit') return <HitRow hit={row.hit} zone={zone} isOfAll={isOfAll} />;
    if (row.what === 'drop') return <DropRow drop={row.drop} zone={zone} />;
    return (
      <li class="gap">
        <Time at={new Date(row.at).toISOString()} zone={zone} /> <p>{t.gap}</p>
      </li>
    );
  }
}

function DropRow({ drop, zone }: { drop: LiveDrop; zone: string }) {
  return (
    <li class="drop">
      <Time at={drop.time} zone={zone} />
      <b class="verdict bad">{t.dropped}</b>
      <p class="what">
        {t.droppedLines(drop.lines, drop.reason)} <small>{drop.source}</small>
      </p>
      <p class="why">{drop.help}</p>
    </li>
  );
}

// What it was taken for, and the colour of that.
function verdictOf(hit: LiveHit): { title: string; tone: string } {
  if (hit.bot !== undefined) return { title: hit.bot, tone: 'bot' };
  if (hit.purpose !== undefined) return { title: t.ahead, tone: 'other' };
  const title = valueTitle('kind', hit.kind ?? null);
  if (hit.kind === 'event' && hit.event !== undefined)
    return { title: t.eventNamed(hit.event), tone: 'person' };
  return { title, tone: hit.kind === 'page' ? 'person' : 'other' };
}

function reasonOf(hit: LiveHit): string {
  if (hit.bot !== undefined) {
    const kind = valueTitle('bot_kind', hit.bot_kind ?? null);
    return hit.bot_reason === undefined ? kind : `${kind} · ${hit.bot_reason}`;
  }
  if (hit.purpose !== undefined) return t.aheadWhy(hit.purpose);
  const whys: Record<string, string> = t.kindWhys;
  const kind = hit.kind ?? '';
  return Object.hasOwn(whys, kind) ? (whys[kind] ?? '') : '';
}

const statusTone = (status: number) => (status >= 500 ? 'bad' : status >= 400 ? 'warn' : '');

function HitRow({ hit, zone, isOfAll }: { hit: LiveHit; zone: string; isOfAll: boolean }) {
  const verdict = verdictOf(hit);
  const from = [
    hit.country === undefined ? undefined : valueTitle('country', hit.country),
    [hit.browser, hit.os].filter((one) => one !== undefined).join(', ') || undefined,
    hit.referrer === undefined ? undefined : t.from(hit.referrer),
  ].filter((one) => one !== undefined);
  return (
    <li>
      <Time at={hit.time} zone={zone} />
      <b class={`verdict ${verdict.tone}`} title={verdict.title}>
        <bdi>{verdict.title}</bdi>
      </b>
      <p class="what">
        {hit.status !== undefined && (
          <span class={`status ${statusTone(hit.status)}`} title={valueTitle('status', hit.status)}>
            {hit.status}
          </span>
        )}{' '}
        {hit.method !== undefined && hit.method !== 'GET' && <span>{hit.method} </span>}
        {isOfAll && <span class="of">{hit.service} </span>}
        <bdi class="path">{(hit.path ?? '') + (hit.query === undefined ? '' : `?${hit.query}`)}</bdi>
      </p>
      <p class="why">
        <span>{reasonOf(hit)}</span>
        {from.map((one, i) => (
          <span key={i}>
            {' · '}
            <bdi>{one}</bdi>
          </span>
        ))}
      </p>
      <More hit={hit} />
    </li>
  );
}

// Made when it is opened: two hundred rows have enough elements without.
function More({ hit }: { hit: LiveHit }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t.more}</summary>
      {isOpen && <Details hit={hit} />}
    </details>
  );
}

// The columns that the row has no room for.
function Details({ hit }: { hit: LiveHit }) {
  const rows: [string, string | undefined][] = [
    [t.columns.host, hit.host],
    [t.columns.address, hit.address],
    [t.columns.userAgent, hit.user_agent],
    [t.columns.channel, hit.channel],
    [t.columns.via, hit.via],
    [t.columns.bytes, hit.bytes === undefined ? undefined : bytes(hit.bytes)],
    [
      t.columns.generationTime,
      hit.generation_time === undefined ? undefined : seconds(hit.generation_time),
    ],
  ];
  return (
    <dl>
      {rows.map(
        ([name, value]) =>
          value !== undefined && (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                <bdi>{value}</bdi>
              </dd>
            </div>
          ),
      )}
    </dl>
  );
}
