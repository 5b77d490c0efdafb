// Who is here now: the last half hour by minute, where they are, and each hit as it arrives.
import { getJson } from '../api';
import { ask } from '../ask';
import { bigCount, kNone } from '../format';
import { LiveTail } from '../live/tail';
import { Minutes } from '../live/minutes';
import { NowRanking } from '../live/now_ranking';
import { Failure } from '../parts/notice';
import { Link } from '../parts/link';
import { Stat } from '../parts/stat';
import { livePath, servicePath } from '../path';
import { useResource } from '../resource';
import { go, place } from '../route';
import { texts } from '../texts';
import type { Answer, Cell, ErrorBody, Question, Services } from '../types';

const kRefreshMs = 5000;
const kServicesMs = 30_000;
const kRange = 'last 30 minutes';
const kRankings = ['path', 'country', 'referrer_name'] as const;
const t = texts.live;

function questionsOf(service: string): Question[] {
  const of = service === '' ? {} : { service };
  const people = { ...of, range: kRange, metrics: ['visitors', 'page_views'] };
  return [
    { ...of, range: kRange, metrics: ['live_visitors', 'visitors', 'page_views'] },
    { ...people, grain: 'minute' },
    ...kRankings.map((dimension) => ({ ...people, by: [dimension], limit: 8 })),
  ];
}

const isAnswer = (answer: Answer | ErrorBody | undefined): answer is Answer =>
  answer !== undefined && !('error' in answer);

// Where a value leads: the service's page of today, with it as a filter.
function placeOf(service: string, dimension: string, value: Cell): string | null {
  if (service === '') return null;
  const filters = JSON.stringify([['is', dimension, value === null ? '' : String(value)]]);
  return `${servicePath(service)}?${new URLSearchParams({ range: 'today', filters })}`;
}

export function LivePage({ service }: { service: string }) {
  const services = useResource<Services>(
    'services',
    (signal) => getJson('/api/v1/services', signal),
    kServicesMs,
  );
  const answers = useResource(
    service,
    (signal) => ask(questionsOf(service), signal),
    kRefreshMs,
  );
  const [numbers, minutes, ...rankings] = answers.data ?? [];
  const zone = (isAnswer(minutes) ? minutes.time_zone : undefined) ?? texts.utc;
  const numberAt = (column: number): Cell => (isAnswer(numbers) ? (numbers.rows[0]?.[column] ?? null) : null);
  const shown = (value: Cell) => (typeof value === 'number' ? bigCount(value) : kNone);
  return (
    <>
      <header class="title live-title">
        <h1>{t.title}</h1>
        <ServiceChoice service={service} services={services.data} />
        <span class="spring" />
        {service !== '' && <Link to={servicePath(service)}>{t.toService}</Link>}
      </header>
      {answers.error !== undefined && (
        <Failure error={answers.error} retry={answers.reload} isStale={answers.data !== undefined} />
      )}
      <div class="live-board">
        <section class="panel live-now" aria-label={t.now}>
          <dl class="stats">
            <Stat title={t.visitorsNow} definition={t.visitorsNowHelp} value={shown(numberAt(0))} />
            <Stat title={t.visitors} definition={t.delay} value={shown(numberAt(1))} />
            <Stat title={t.pageViews} definition={t.delay} value={shown(numberAt(2))} />
          </dl>
        </section>
        <Minutes answer={minutes} zone={zone} />
        {kRankings.map((dimension, i) => (
          <NowRanking
            key={dimension}
            title={t.rankings[dimension]}
            dimension={dimension}
            answer={rankings[i]}
            linkOf={(value) => placeOf(service, dimension, value)}
          />
        ))}
      </div>
      <LiveTail service={service} zone={zone} key={service} />
    </>
  );
}

function ServiceChoice({ service, services }: { service: string; services: Services | undefined }) {
  const names = services?.services.map(({ name }) => name) ?? [];
  const all = service === '' || names.includes(service) ? names : [service, ...names];
  return (
    <select
      aria-label={texts.service.switch}
      value={service}
      onChange={(event) => go(livePath(event.currentTarget.value) + place.peek().search)}
    >
      <option value="">{t.allServices}</option>
      {all.map((name) => (
        <option key={name} value={name}>
          {name}
        </option>
      ))}
    </select>
  );
}
