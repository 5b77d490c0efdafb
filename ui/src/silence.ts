// Is a service quiet, or is something broken? Judged by its own habit, not by a fixed time:
// a blog with ten hits a day is not down because it had none this hour.
import type { Service } from './types';

const kDayMs = 86_400_000;
const kAtLeastMs = 3_600_000;
// Gaps of ordinary traffic are about exponential: one of twenty times the mean does not happen by
// chance, and a night is longer than a mean gap by about that much on a small site.
const kMeanGaps = 20;

// How long the service has been silent, in ms, if that is unusual; else null.
export function unusualSilence(service: Service, nowMs: number): number | null {
  if (service.last_hit === null) return null;
  const ageMs = nowMs - Date.parse(service.last_hit);
  const busyDays = service.days.filter((day) => day.hits > 0);
  const hits = busyDays.reduce((sum, day) => sum + day.hits, 0);
  const meanGapMs = hits > 0 ? (busyDays.length * kDayMs) / hits : kDayMs;
  return ageMs > Math.max(kAtLeastMs, kMeanGaps * meanGapMs) ? ageMs : null;
}
