// Where a moment is on a time line. Pure.

// What the clocks of a zone say: "2026-11-23T13:00:00".
export function wallOf(time: string, zone: string): string {
  const ms = Date.parse(time);
  try {
    const parts = new Intl.DateTimeFormat('en', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    }).formatToParts(ms);
    const part = (type: string) => parts.find((one) => one.type === type)?.value ?? '';
    const date = `${part('year')}-${part('month')}-${part('day')}`;
    return `${date}T${part('hour')}:${part('minute')}:${part('second')}Z`;
  } catch {
    return new Date(ms).toISOString().replace('.000', ''); // a zone that this browser does not know
  }
}

// As a share of the way from the first step to the last; null outside of them. A step's value
// stands where the step begins, and so does what happened within it.
export function placeOfMoment(time: string, times: string[], zone: string): number | null {
  const wall = wallOf(time, zone);
  const starts = times.map((step) => `${step.slice(0, 19)}${step.includes('T') ? '' : 'T00:00:00'}`);
  const step = starts.filter((start) => start <= wall.slice(0, 19)).length - 1;
  const [last, before] = [starts[starts.length - 1], starts[starts.length - 2]];
  if (step < 0 || last === undefined) return null;
  // Of the last step nobody says when it ends: as long as the one before.
  const length = before === undefined ? 0 : Date.parse(`${last}Z`) - Date.parse(`${before}Z`);
  if (Date.parse(wall) >= Date.parse(`${last}Z`) + Math.max(length, 60_000)) return null;
  return times.length === 1 ? 0.5 : step / (times.length - 1);
}
