// What becomes of decoded rows: commits, how long they take, and what waits for them.
import { nowMs } from '../clock';
import { bytes, count, exact, kNone } from '../format';
import { Bars } from '../parts/bars';
import { Meter } from '../parts/meter';
import { Stat } from '../parts/stat';
import { texts } from '../texts';
import { healthTexts } from '../texts/health';
import type { Status } from '../types';

const kSlots = 120; // the server's memory
const t = healthTexts;

export function Writing({ now }: { now: Status }) {
  const age = now.last_commit === null ? null : nowMs.value - Date.parse(now.last_commit);
  return (
    <section class="panel commits" aria-label={t.writing}>
      <h3>{t.writing}</h3>
      <dl class="stats">
        <Stat title={t.commits} value={count(now.commits)} />
        <Stat
          title={t.failedCommits}
          value={count(now.failed_commits)}
          tone={now.failed_commits > 0 ? 'bad' : undefined}
        />
        <Stat
          title={t.lastCommit}
          value={age === null ? kNone : texts.ago(age)}
          full={now.last_commit === null ? undefined : exact(now.last_commit)}
        />
        <Times now={now} />
        <Meter
          title={t.queue}
          definition={t.queueHelp}
          value={now.queue_bytes}
          most={now.queue_bytes_max}
          show={bytes}
        />
        <Meter
          title={t.batch}
          definition={t.batchHelp}
          value={now.batch_rows}
          most={now.batch_rows_max}
          show={count}
        />
      </dl>
      {now.recent_commits.list.length > 0 && <Recent now={now} />}
    </section>
  );
}

function Times({ now: { last_commit_ms: last, recent_commits: recent } }: { now: Status }) {
  const n = recent.list.length;
  const shown = (ms: number) => (n === 0 ? kNone : texts.sql.elapsed(ms));
  return (
    <>
      <Stat title={t.took} value={last === null ? kNone : texts.sql.elapsed(last)} />
      <Stat title={t.median} definition={t.recentHelp(n)} value={shown(recent.p50_ms)} />
      <Stat title={t.p95} definition={t.recentHelp(n)} value={shown(recent.p95_ms)} />
      <Stat title={t.longest} definition={t.recentHelp(n)} value={shown(recent.max_ms)} />
    </>
  );
}

function Recent({ now: { recent_commits: recent } }: { now: Status }) {
  const bars = recent.list.map(([time, ms, rows]) => {
    const took = texts.sql.elapsed(ms);
    return {
      value: ms,
      title: t.recentAt(exact(time), took, rows),
      cells: [exact(time), took, count(rows)],
    };
  });
  const [median, longest] = [recent.p50_ms, recent.max_ms].map(texts.sql.elapsed);
  return (
    <div class="recent">
      <p class="hint">{t.recent}</p>
      <Bars
        label={t.recentWhole(bars.length, median ?? '', longest ?? '')}
        bars={bars}
        slots={kSlots}
        columns={[texts.picture.time, t.took, t.rows]}
      />
    </div>
  );
}
