// Has the first line of a service come? If lines come and are dropped, why.
import { useRef } from 'preact/hooks';
import { getJson } from '../api';
import { Failure, Notice } from '../parts/notice';
import { Link } from '../parts/link';
import { servicePath } from '../path';
import { useResource } from '../resource';
import { newDrops, sum } from '../status';
import { texts } from '../texts';
import type { Services, Status } from '../types';

const kRefreshMs = 2000;
const t = texts.nginx.check;

interface Look {
  services: Services;
  status: Status;
}

export function Arrival({ service }: { service: string }) {
  const first = useRef<Status | undefined>(undefined);
  const look = useResource<Look>(
    `arrival ${service}`,
    async (signal) => {
      const [services, status] = await Promise.all([
        getJson<Services>('/api/v1/services', signal),
        getJson<Status>('/api/v1/status', signal),
      ]);
      first.current ??= status;
      return { services, status };
    },
    kRefreshMs,
  );
  if (look.data === undefined) {
    return look.error === undefined ? null : <Failure error={look.error} retry={look.reload} />;
  }
  const known = look.data.services.services.find(({ name }) => name === service);
  if (known !== undefined && known.last_hit !== null) {
    return (
      <Notice tone="good">
        <div role="status">
          <strong>{t.arrived(service)}</strong>
          <p>{t.lastHit(known.last_hit)}</p>
        </div>
        <Link class="button" to={servicePath(service)}>
          {t.open}
        </Link>
      </Notice>
    );
  }
  return <Waiting service={service} before={first.current} now={look.data.status} />;
}

function Waiting({
  service,
  before,
  now,
}: {
  service: string;
  before: Status | undefined;
  now: Status;
}) {
  const drops = newDrops(before, now);
  const stored = sum(now.sources.map((source) => source.stored));
  return (
    <>
      <p class="pulse" role="status">
        {t.waiting(service)}
      </p>
      <p class="hint">
        {stored > 0 ? `${t.others(stored)} ` : ''}
        {t.waitingHelp}
      </p>
      {drops.length > 0 && (
        <Notice tone="warn">
          <div>
            <strong>{t.dropped(sum(drops.map((drop) => drop.lines)))}</strong>
            {drops.map((drop) => (
              <div class="drop" key={drop.reason}>
                <p>{drop.help}</p>
                {drop.example !== '' && <pre title={t.example}>{drop.example}</pre>}
              </div>
            ))}
          </div>
        </Notice>
      )}
    </>
  );
}
