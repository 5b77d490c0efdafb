// A funnel as the page speaks of it: steps as a value that lives in the URL, and what the server
// counted of them. Pure.
export const kStepKinds = ['path', 'event', 'goal'] as const;
export type StepKind = (typeof kStepKinds)[number];
export interface FunnelStep {
  kind: StepKind;
  value: string; // "/blog/*", "Signup"
}
export interface Funnel {
  name: string;
  steps: FunnelStep[]; // fewer than two are the beginning of one
}

// The server's limits.
export const kStepsMin = 2;
export const kStepsMax = 8;

// POST /api/v1/funnel
export type CountedStep = Partial<Record<StepKind, string>> & {
  visitors: number;
  share: number; // of the first step's
  dropped: number; // of the step before
  dropped_share: number;
};
export interface FunnelAnswer {
  steps: CountedStep[];
}

function stepOf(value: unknown): FunnelStep[] {
  if (!Array.isArray(value) || value.length !== 2) return [];
  const [kind, text] = value as unknown[];
  const known = kStepKinds.find((one) => one === kind);
  return known === undefined || typeof text !== 'string' || text === ''
    ? []
    : [{ kind: known, value: text }];
}

// ?funnel=[["path","/cart"],["event","Order"]]&funnel_name=Checkout
export function readFunnel(json: string | null, name: string | null): Funnel | null {
  if (json === null) return null;
  try {
    const value: unknown = JSON.parse(json);
    if (!Array.isArray(value)) return null;
    return { name: name ?? '', steps: value.flatMap(stepOf).slice(0, kStepsMax) };
  } catch {
    return null;
  }
}

export const writeSteps = ({ steps }: Funnel): string =>
  JSON.stringify(steps.map(({ kind, value }) => [kind, value]));

export const asAsked = ({ kind, value }: FunnelStep): Partial<Record<StepKind, string>> => ({
  [kind]: value,
});

// A path begins with a slash, or with whatever.
export function tidied(kind: StepKind, typed: string): string {
  const text = typed.trim();
  return kind !== 'path' || text === '' || /^[/*?]/.test(text) ? text : `/${text}`;
}

// The one at `at` changes places with its neighbour.
export function swapped<T>(list: T[], at: number, by: 1 | -1): T[] {
  const [one, other] = [list[at], list[at + by]];
  if (one === undefined || other === undefined) return list;
  return list.map((item, i) => (i === at ? other : i === at + by ? one : item));
}

export interface FunnelRow extends FunnelStep {
  visitors: number;
  share: number; // of the first step's visitors
  shareBefore: number | null; // of the step before; null where nobody was left
  dropped: number;
  droppedShare: number;
}

export const rowsOf = (answer: FunnelAnswer): FunnelRow[] =>
  answer.steps.map((step, i) => {
    const kind = kStepKinds.find((one) => step[one] !== undefined) ?? 'path';
    const before = answer.steps[i - 1]?.visitors ?? step.visitors;
    return {
      kind,
      value: step[kind] ?? '',
      visitors: step.visitors,
      share: step.share,
      shareBefore: before === 0 ? null : step.visitors / before,
      dropped: step.dropped,
      droppedShare: step.dropped_share,
    };
  });
