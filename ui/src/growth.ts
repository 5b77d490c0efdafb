// How fast the database grows. Pure.
import type { Status } from './types';

const kDayMs = 86_400_000;
const kLeastMs = 3_600_000; // an hour says something of a day

// Bytes a day since the first sample; null while it is too early to say.
export function growthOf(database: Status['database'], nowMs: number): number | null {
  const first = database.sizes[0];
  if (first === undefined) return null;
  const ms = nowMs - Date.parse(first.time);
  if (!(ms >= kLeastMs)) return null;
  return ((database.file_bytes - first.file_bytes) / ms) * kDayMs;
}
