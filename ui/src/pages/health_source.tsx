// One source of lines: received = stored + dropped + on the way, shown so that it can be checked.
import { nowMs } from '../clock';
import { bytes, count, exact } from '../format';
import { CopyBlock } from '../parts/copy';
import { Notice } from '../parts/notice';
import { Stat } from '../parts/stat';
import { droppedOf } from '../status';
import { healthTexts } from '../texts/health';
import type { SourceStatus } from '../types';

const t = healthTexts;

export function Source({ source }: { source: SourceStatus }) {
  const dropped = droppedOf(source);
  const waiting = Math.max(0, source.received - source.stored - dropped);
  const reasons = Object.entries(source.dropped).filter(([, lines]) => lines > 0);
  reasons.sort((a, b) => b[1] - a[1]);
  return (
    <section class="panel source" aria-label={source.name}>
      <h3>
        {source.name} <LastReceived at={source.last_received} />
      </h3>
      <dl class="stats">
        <Stat
          title={t.received}
          definition={t.receivedHelp}
          value={count(source.received)}
          full={bytes(source.received_bytes)}
        />
        <Stat title={t.stored} definition={t.storedHelp} value={count(source.stored)} />
        <Stat title={t.waiting} definition={t.waitingHelp} value={count(waiting)} />
        <Stat
          title={t.dropped}
          definition={t.droppedHelp}
          value={count(dropped)}
          tone={dropped > 0 ? 'warn' : undefined}
        />
        <Stat title={t.repaired} definition={t.repairedHelp} value={count(source.repaired)} />
        {source.buffer_bytes > 0 && (
          <>
            <Stat
              title={t.lost}
              definition={t.lostHelp}
              value={count(source.lost_in_kernel)}
              tone={source.lost_in_kernel > 0 ? 'bad' : undefined}
            />
            <Stat title={t.buffer} value={bytes(source.buffer_bytes)} />
          </>
        )}
      </dl>
      {source.trouble !== '' && <Notice tone="bad">{source.trouble}</Notice>}
      {source.buffer_wanted_bytes > source.buffer_bytes && (
        <Notice tone="bad">
          <div>
            <p>{t.bufferAdvice(source.buffer_bytes, source.buffer_wanted_bytes)}</p>
            <CopyBlock label={t.buffer} text={t.bufferCommand(source.buffer_wanted_bytes)} />
            <p>{t.bufferAfter}</p>
          </div>
        </Notice>
      )}
      {reasons.length > 0 && <Drops source={source} reasons={reasons} />}
    </section>
  );
}

function LastReceived({ at }: { at: string | null }) {
  if (at === null) return <small>{t.neverReceived}</small>;
  return (
    <small>
      <time dateTime={at} title={exact(at)}>
        {t.lastReceived(nowMs.value - Date.parse(at))}
      </time>
    </small>
  );
}

function Drops({ source, reasons }: { source: SourceStatus; reasons: [string, number][] }) {
  return (
    <ul class="drops">
      {reasons.map(([reason, lines]) => (
        <li key={reason}>
          <strong>{reason}</strong> <b>{t.lines(lines)}</b>
          <p>{source.help[reason] ?? ''}</p>
          {(source.examples[reason] ?? '') !== '' && (
            <details>
              <summary>{t.example}</summary>
              <pre tabIndex={0}>{source.examples[reason]}</pre>
            </details>
          )}
        </li>
      ))}
    </ul>
  );
}
