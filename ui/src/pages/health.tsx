// Is everything that arrives stored, and what does it cost?
import { getJson } from '../api';
import { nowMs } from '../clock';
import { count, exact, kNone, share, span } from '../format';
import { Failure, Notice } from '../parts/notice';
import { Skeleton } from '../parts/skeleton';
import { Stat } from '../parts/stat';
import { useResource } from '../resource';
import { status as shared, sum, troubleOf } from '../status';
import { texts } from '../texts';
import { healthTexts } from '../texts/health';
import type { Status } from '../types';
import { Database, Memory } from './health_database';
import { Source } from './health_source';
import { Writing } from './health_writing';

const kRefreshMs = 2000;
const t = healthTexts;

export function HealthPage() {
  const resource = useResource<Status>(
    'status',
    async (signal) => (shared.value = await getJson<Status>('/api/v1/status', signal)),
    kRefreshMs,
  );
  const { data, error } = resource;
  return (
    <>
      <header class="title">
        <h1>{texts.nav.health}</h1>
      </header>
      {error !== undefined && (
        <Failure error={error} retry={resource.reload} isStale={data !== undefined} />
      )}
      {data === undefined && error === undefined && (
        <Skeleton rows={10} isVisible={resource.isSlow} />
      )}
      {data !== undefined && <Details now={data} />}
    </>
  );
}

function Details({ now }: { now: Status }) {
  return (
    <>
      <Verdict now={now} />
      <section class="group" aria-label={t.sources}>
        <h2>{t.sources}</h2>
        {now.sources.length === 0 && <p class="nothing">{t.noSources}</p>}
        {now.sources.map((source) => (
          <Source source={source} key={source.name} />
        ))}
      </section>
      <Writing now={now} />
      <div class="pair">
        <Database now={now} />
        <Memory now={now} />
      </div>
      <Derive now={now} />
      <Steps now={now} />
      <About now={now} />
    </>
  );
}

function Verdict({ now }: { now: Status }) {
  const { dropped, lost, failed } = troubleOf(now);
  const { trouble } = now.derive;
  if (dropped + lost + failed === 0 && trouble === '')
    return (
      <Notice tone="good">
        <strong>{t.good}</strong>
      </Notice>
    );
  return (
    <Notice tone={lost + failed > 0 || trouble !== '' ? 'bad' : 'warn'}>
      <ul>
        {failed > 0 && <li>{t.notGood.failed(failed)}</li>}
        {trouble !== '' && <li>{t.notGood.derive(trouble)}</li>}
        {lost > 0 && <li>{t.notGood.lost(lost)}</li>}
        {dropped > 0 && <li>{t.notGood.dropped(dropped)}</li>}
      </ul>
    </Notice>
  );
}

function Derive({ now: { derive } }: { now: Status }) {
  const age = derive.last === null ? null : nowMs.value - Date.parse(derive.last);
  return (
    <section class="panel" aria-label={t.derive}>
      <h3>{t.derive}</h3>
      <dl class="stats">
        <Stat title={t.pendingDays} definition={t.pendingHelp} value={count(derive.pending_days)} />
        <Stat title={t.lag} definition={t.lagHelp} value={span(derive.lag_s * 1000)} />
        <Stat title={t.derivedDays} value={count(derive.derived_days)} />
        <Stat
          title={t.increments}
          definition={t.incrementsHelp}
          value={count(derive.increments)}
        />
        <Stat
          title={t.deriveFailures}
          value={count(derive.failures)}
          tone={derive.failures > 0 ? 'bad' : undefined}
        />
        <Stat
          title={t.lastDerive}
          value={age === null ? kNone : texts.ago(age)}
          full={derive.last === null ? undefined : exact(derive.last)}
        />
        <Stat
          title={t.took}
          value={derive.last_ms === null ? kNone : texts.sql.elapsed(derive.last_ms)}
        />
      </dl>
    </section>
  );
}

function Steps({ now: { steps } }: { now: Status }) {
  const whole = sum(steps.map((step) => step.rows * step.ns_per_row));
  return (
    <section class="panel" aria-label={t.steps}>
      <h3>{t.steps}</h3>
      {steps.length === 0 && <p class="nothing">{t.noSteps}</p>}
      {steps.length > 0 && (
        <div class="scroll" role="region" tabIndex={0} aria-label={t.steps}>
          <table class="plain">
            <thead>
              <tr>
                <th scope="col">{t.step}</th>
                <th scope="col" class="number extra">
                  {t.rows}
                </th>
                <th scope="col" class="number">
                  {t.perRow}
                </th>
                <th scope="col" class="number extra">
                  {t.rate}
                </th>
                <th scope="col" class="number">
                  {t.part}
                </th>
              </tr>
            </thead>
            <tbody>
              {steps.map((step) => (
                <tr key={step.name}>
                  <th scope="row">{step.name}</th>
                  <td class="number extra">{count(step.rows)}</td>
                  <td class="number">
                    {step.rows > 0 ? `${count(Math.round(step.ns_per_row))}\u00a0ns` : kNone}
                  </td>
                  <td class="number extra">
                    {step.ns_per_row > 0 ? count(Math.round(1e9 / step.ns_per_row)) : kNone}
                  </td>
                  <td class="number">
                    {whole > 0 ? share((step.rows * step.ns_per_row) / whole) : kNone}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function About({ now }: { now: Status }) {
  return (
    <section class="panel" aria-label={t.about}>
      <h3>{t.about}</h3>
      <dl class="stats">
        <Stat title={t.version} value={now.version} />
        <Stat title={t.uptime} value={span(now.uptime_s * 1000)} />
        <Stat
          title={t.watchers}
          definition={t.watchersHelp}
          value={count(now.live.watchers)}
          full={t.watchersOf(now.live.watchers, now.live.watchers_max)}
        />
      </dl>
    </section>
  );
}
