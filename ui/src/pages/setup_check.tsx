// Has the first line of a service come? What it was taken for; or, if lines come and are dropped,
// why.
import { useRef } from 'preact/hooks';
import { ask } from '../ask';
import { getJson } from '../api';
import { Failure, Notice } from '../parts/notice';
import { Link } from '../parts/link';
import { servicePath } from '../path';
import { useResource } from '../resource';
import { newDrops, newLost, sum } from '../status';
import { setupTexts } from '../texts/setup';
import type { Answer, ErrorBody, Services, Status } from '../types';
import { kSeenQuestions, Seen } from './setup_seen';

const kRefreshMs = 2000;
const t = setupTexts.check;

interface Look {
  services: Services;
  status: Status;
  seen: (Answer | ErrorBody)[]; // of the service, if it is there
}

function useLook(service: string) {
  const first = useRef<Status | undefined>(undefined);
  const look = useResource<Look>(
    `look ${service}`,
    async (signal) => {
      const [services, status] = await Promise.all([
        getJson<Services>('/api/v1/services', signal),
        getJson<Status>('/api/v1/status', signal),
      ]);
      first.current ??= status;
      const isThere = services.services.some(({ name }) => name === service);
      const seen = isThere ? await ask(kSeenQuestions(service), signal) : [];
      return { services, status, seen };
    },
    kRefreshMs,
  );
  return { look, before: first.current };
}

export function Check({ service }: { service: string }) {
  const { look, before } = useLook(service);
  const now = look.data;
  const known = now?.services.services.find(({ name }) => name === service);
  return (
    <section class="panel look" aria-labelledby="check-title">
      <h2 id="check-title">{t.title}</h2>
      {now === undefined && look.error !== undefined && (
        <Failure error={look.error} retry={look.reload} />
      )}
      {now !== undefined &&
        (known !== undefined && known.last_hit !== null ? (
          <Arrived service={service} lastHit={known.last_hit} seen={now.seen} />
        ) : (
          <Waiting service={service} status={now.status} />
        ))}
      {now !== undefined && <Drops before={before} now={now.status} />}
    </section>
  );
}

function Arrived({
  service,
  lastHit,
  seen,
}: {
  service: string;
  lastHit: string;
  seen: (Answer | ErrorBody)[];
}) {
  return (
    <>
      <Notice tone="good">
        <div role="status">
          <strong>{t.arrived(service)}</strong>
          <p>{t.lastHit(lastHit)}</p>
        </div>
        <Link class="button" to={servicePath(service)}>
          {t.open}
        </Link>
      </Notice>
      <Seen answers={seen} />
    </>
  );
}

function Waiting({ service, status }: { service: string; status: Status }) {
  const stored = sum(status.sources.map((source) => source.stored));
  return (
    <>
      <p class="pulse" role="status">
        {t.waiting(service)}
      </p>
      <p class="hint">
        {stored > 0 ? `${t.others(stored)} ` : ''}
        {t.waitingHelp}
      </p>
    </>
  );
}

function Drops({ before, now }: { before: Status | undefined; now: Status }) {
  const drops = newDrops(before, now);
  const lost = newLost(before, now);
  if (drops.length === 0 && lost === 0) return null;
  return (
    <Notice tone="warn">
      <div>
        {drops.length > 0 && <strong>{t.dropped(sum(drops.map((drop) => drop.lines)))}</strong>}
        {drops.map((drop) => (
          <div class="drop" key={drop.reason}>
            <h3>{t.reason(drop.reason, drop.lines)}</h3>
            <p>{drop.help}</p>
            {drop.example !== '' && <pre title={t.example}>{drop.example}</pre>}
          </div>
        ))}
        {lost > 0 && <p>{t.lost(lost)}</p>}
      </div>
    </Notice>
  );
}
