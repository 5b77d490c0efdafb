// All services at a glance.
import { useState } from 'preact/hooks';
import { getJson } from '../api';
import { nowMs } from '../clock';
import { bigCount, change, compact, count, exact, inUnit, timeTitle } from '../format';
import { Failure } from '../parts/notice';
import { Link } from '../parts/link';
import { Skeleton } from '../parts/skeleton';
import { Sparkline } from '../parts/sparkline';
import { Stat } from '../parts/stat';
import { servicePath } from '../path';
import { useResource } from '../resource';
import { go } from '../route';
import { unusualSilence } from '../silence';
import { texts } from '../texts';
import type { Service, Services, Totals } from '../types';
import { FirstHit } from './first_hit';

const kRefreshMs = 5000;
const kManyServices = 12; // from here on it is easier to type than to look
const kManyErrors = 0.05;

const t = texts.overview;

export function Overview() {
  const services = useResource<Services>(
    'services',
    (signal) => getJson('/api/v1/services', signal),
    kRefreshMs,
  );
  const [wanted, setWanted] = useState('');
  const { data, error } = services;
  if (data !== undefined && data.services.length === 0) return <FirstHit />;
  const found = data?.services.filter((service) => service.name.includes(wanted.toLowerCase()));
  return (
    <>
      <header class="title">
        <h1>{t.title}</h1>
        {data !== undefined && (
          <p class="when">
            {timeTitle(data.today, 'day')} ({texts.utc})
          </p>
        )}
      </header>
      {error !== undefined && (
        <Failure error={error} retry={services.reload} isStale={data !== undefined} />
      )}
      {data === undefined && error === undefined && (
        <Skeleton rows={8} isVisible={services.isSlow} />
      )}
      {data !== undefined && data.services.length > 1 && <TotalsOf services={data.services} />}
      {data !== undefined && data.services.length >= kManyServices && (
        <input
          type="search"
          class="finder"
          placeholder={t.filter}
          aria-label={t.filter}
          value={wanted}
          onInput={(event) => setWanted(event.currentTarget.value)}
        />
      )}
      {found?.length === 0 && <p class="nothing">{t.noneFound}</p>}
      <div class="cards">
        {found?.map((service) => (
          <Card service={service} key={service.name} />
        ))}
      </div>
    </>
  );
}

function TotalsOf({ services }: { services: Service[] }) {
  const sum = (name: keyof Totals) =>
    services.reduce((total, service) => total + service.today[name], 0);
  const stat = (title: string, n: number) => (
    <Stat title={title} value={bigCount(n)} full={count(n)} />
  );
  return (
    <section class="panel" aria-label={t.totals}>
      <dl class="stats">
        {stat(`${t.visitors} ${t.today}`, sum('visitors'))}
        {stat(t.pageViews, sum('page_views'))}
        {stat(t.hits, sum('hits'))}
        {stat(t.services, services.length)}
      </dl>
    </section>
  );
}

function Card({ service }: { service: Service }) {
  const { name, today, days } = service;
  return (
    <article class="card">
      <div class="head">
        <h2>
          <Link to={servicePath(name)} title={name}>
            <bdi>{name}</bdi>
          </Link>
        </h2>
        <LastHit service={service} />
      </div>
      <div class="now">
        <p class="main">
          <b title={count(today.visitors)}>{bigCount(today.visitors)}</b>
          <Change
            now={today.visitors}
            before={service.visitors_yesterday}
            title={t.card.yesterday(service.visitors_yesterday)}
          />
          <span class="what">{t.card.visitors(today.visitors)}</span>
        </p>
        <p class="rest">
          <span
            class={service.live_visitors > 0 ? 'live' : 'live none'}
            title={t.card.liveTitle}
          >
            {t.card.live(service.live_visitors)}
          </span>
          <span title={count(today.page_views)}>
            {shortened(today.page_views, t.card.pageViews)}
          </span>
          <span title={count(today.hits)}>{shortened(today.hits, t.card.hits)}</span>
        </p>
      </div>
      {/* Above the link that covers the card, for the bars' titles; so it leads on by itself. */}
      <div class="bars" onClick={() => go(servicePath(name))}>
        <Sparkline days={days} />
      </div>
      <Health service={service} />
    </article>
  );
}

// A month, and how the server does: what looks wrong stands out.
function Health({ service }: { service: Service }) {
  const { visitors, visitors_before: before, error_rate: errors } = service;
  const isBad = errors !== null && errors >= kManyErrors;
  return (
    <dl class="facts">
      <div title={t.card.daysTitle(visitors, before)}>
        <dt>{t.card.days}</dt>
        <dd>
          {visitors < 1e5 ? count(visitors) : compact(visitors)}{' '}
          <Change now={visitors} before={before} />
        </dd>
      </div>
      <div class={isBad ? 'bad' : ''} title={t.card.errorsTitle}>
        <dt>{t.card.errors}</dt>
        <dd>{inUnit(errors, 'share')}</dd>
      </div>
      <div title={t.card.p95Title}>
        <dt>{t.card.p95}</dt>
        <dd>{inUnit(service.generation_time_p95, 'seconds')}</dd>
      </div>
    </dl>
  );
}

function Change({ now, before, title }: { now: number; before: number; title?: string }) {
  const text = change(now, before, 'count');
  if (text === '') return null;
  const tone = now > before ? 'up' : now < before ? 'down' : 'same';
  return (
    <small class={`change ${tone}`} title={title}>
      {text}
    </small>
  );
}

// "1,234 hits", but "1.2M hits" where the number is long.
function shortened(n: number, say: (n: number) => string): string {
  return n < 1e6 ? say(n) : say(n).replace(count(n), compact(n));
}

function LastHit({ service }: { service: Service }) {
  if (service.last_hit === null) return <span class="last silent">{t.never}</span>;
  const silentMs = unusualSilence(service, nowMs.value);
  const ageMs = nowMs.value - Date.parse(service.last_hit);
  return (
    <time
      class={silentMs === null ? 'last' : 'last silent'}
      dateTime={service.last_hit}
      title={exact(service.last_hit)}
    >
      {silentMs === null ? t.lastHit(ageMs) : t.silent(silentMs)}
    </time>
  );
}
