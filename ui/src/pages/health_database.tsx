// How large the database is and becomes, and what memory it all takes.
import { nowMs } from '../clock';
import { bytes, count, kNone, timeTitle } from '../format';
import { growthOf } from '../growth';
import { Bars } from '../parts/bars';
import { Meter } from '../parts/meter';
import { Stat } from '../parts/stat';
import { texts } from '../texts';
import { healthTexts } from '../texts/health';
import type { Status } from '../types';

const kDays = 15; // the server's memory
const t = healthTexts;

const sizeOf = (n: number): string => (n < 0 ? `\u2212${bytes(-n)}` : bytes(n));

export function Database({ now: { database } }: { now: Status }) {
  const perHit =
    database.hits > 0 && database.file_bytes > 0 ? database.file_bytes / database.hits : null;
  const growth = growthOf(database, nowMs.value);
  return (
    <section class="panel" aria-label={t.database}>
      <h3>{t.database}</h3>
      <dl class="stats">
        <Stat title={t.hits} value={count(database.hits)} />
        <Stat title={t.fileBytes} definition={t.fileHelp} value={bytes(database.file_bytes)} />
        <Stat title={t.perHit} value={perHit === null ? kNone : bytes(Math.round(perHit))} />
        <Stat
          title={t.growth}
          definition={t.growthHelp}
          value={growth === null ? kNone : t.perDay(sizeOf(growth))}
        />
        <Stat title={t.schema} value={database.schema_version} />
      </dl>
      {database.sizes.length > 1 && <Sizes sizes={database.sizes} />}
    </section>
  );
}

function Sizes({ sizes }: { sizes: Status['database']['sizes'] }) {
  const bars = sizes.map(({ time, file_bytes: size, hits }) => {
    const day = timeTitle(time, 'day');
    return {
      value: size,
      title: t.sizeAt(day, bytes(size), hits),
      cells: [day, bytes(size), count(hits)],
    };
  });
  return (
    <div class="recent">
      <p class="hint">{t.sizes}</p>
      <Bars
        label={t.sizes}
        bars={bars}
        slots={kDays}
        columns={[texts.picture.time, t.fileBytes, t.hits]}
      />
    </div>
  );
}

export function Memory({ now }: { now: Status }) {
  return (
    <section class="panel" aria-label={t.memory}>
      <h3>{t.memory}</h3>
      <dl class="stats">
        <Stat
          title={t.resident}
          definition={t.residentHelp}
          value={bytes(now.memory.resident_bytes)}
        />
        <Meter
          title={t.engine}
          definition={t.engineHelp}
          value={now.database.memory_bytes}
          most={now.memory.engine_bytes_max}
          show={bytes}
        />
      </dl>
    </section>
  );
}
