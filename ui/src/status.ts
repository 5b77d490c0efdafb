// The server's state, for the footer, the mark at "Health" and the pages that show more of it.
import { signal } from '@preact/signals';
import type { SourceStatus, Status } from './types';

export const status = signal<Status | undefined>(undefined);

export const sum = (numbers: Iterable<number>): number => {
  let total = 0;
  for (const n of numbers) total += n;
  return total;
};

export const droppedOf = (source: SourceStatus): number => sum(Object.values(source.dropped));

export interface Trouble {
  dropped: number;
  lost: number;
  failed: number;
}

export function troubleOf(now: Status): Trouble {
  return {
    dropped: sum(now.sources.map(droppedOf)),
    lost: sum(now.sources.map((source) => source.lost_in_kernel)),
    failed: now.failed_commits,
  };
}

export interface DropSeen {
  reason: string;
  lines: number;
  help: string;
  example: string;
}

// What was dropped between two looks, by reason.
export function newDrops(before: Status | undefined, now: Status): DropSeen[] {
  const seen = new Map<string, DropSeen>();
  for (const source of now.sources) {
    const old = before?.sources.find(({ name }) => name === source.name);
    for (const [reason, total] of Object.entries(source.dropped)) {
      const lines = total - (old?.dropped[reason] ?? 0);
      if (lines <= 0) continue;
      const help = source.help[reason] ?? reason;
      const example = source.examples[reason] ?? '';
      seen.set(reason, { reason, lines: lines + (seen.get(reason)?.lines ?? 0), help, example });
    }
  }
  return [...seen.values()];
}

export const newLost = (before: Status | undefined, now: Status): number =>
  sum(now.sources.map(({ lost_in_kernel }) => lost_in_kernel)) -
  sum((before ?? now).sources.map(({ lost_in_kernel }) => lost_in_kernel));
