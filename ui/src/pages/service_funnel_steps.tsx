// The steps of a funnel, each a path, an event or a goal: added, moved and taken away.
import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { isFailed, useAnswer } from '../answers';
import { getJson } from '../api';
import { kStepKinds, kStepsMax, kStepsMin, swapped, tidied, type FunnelStep } from '../funnel';
import { useResource } from '../resource';
import { funnelTexts as t } from '../texts/funnel';
import type { GoalList, Question } from '../types';

// `id`: which one it is while others are moved past it.
export interface DraftStep extends FunnelStep {
  id: number;
}
type Suggest = (dimension: string, typed: string) => Question;

interface Props {
  service: string;
  draft: DraftStep[];
  suggest: Suggest;
  makeStep: () => DraftStep;
  onDraft: (draft: DraftStep[]) => void;
}

export function FunnelSteps({ service, draft, suggest, makeStep, onDraft }: Props) {
  const list = useRef<HTMLOListElement>(null);
  const adder = useRef<HTMLButtonElement>(null);
  // What has the focus once a change is drawn: who uses a keyboard stays with the step.
  const next = useRef<string | null>(null);
  useLayoutEffect(() => {
    if (next.current === null) return;
    const places = list.current?.querySelectorAll<HTMLElement>(next.current) ?? [];
    next.current = null;
    [...places, adder.current].find((one) => one?.matches(':enabled') === true)?.focus();
  }, [draft]);
  const path = `/api/v1/goals?service=${encodeURIComponent(service)}`;
  const goals = useResource<GoalList>(
    draft.some(({ kind }) => kind === 'goal') ? path : null,
    (signal) => getJson(path, signal),
  );
  const change = (at: number, step: Partial<FunnelStep>) =>
    onDraft(draft.map((one, i) => (i === at ? { ...one, ...step } : one)));
  const move = (at: number, by: 1 | -1) => {
    const place = `[data-step="${draft[at]?.id ?? 0}"]`;
    next.current = `${place} [data-by="${by}"], ${place} [data-by]`;
    onDraft(swapped(draft, at, by));
  };
  return (
    <div class="funnel-steps" role="group" aria-label={t.steps}>
      <ol ref={list}>
        {draft.map((step, at) => (
          <li key={step.id} data-step={step.id}>
            <span class="nth" aria-hidden="true">
              {at + 1}
            </span>
            <select
              aria-label={t.kindAt(at + 1)}
              value={step.kind}
              onChange={(event) => {
                const wanted = event.currentTarget.value;
                const kind = kStepKinds.find((one) => one === wanted) ?? 'path';
                change(at, { kind, value: '' });
              }}
            >
              {kStepKinds.map((kind) => (
                <option key={kind} value={kind}>
                  {t.kinds[kind]}
                </option>
              ))}
            </select>
            <Value
              key={step.kind}
              {...{ step, suggest }}
              label={`${t.kinds[step.kind]}: ${t.stepAt(at + 1)}`}
              goals={goals.data}
              onValue={(value) => change(at, { value })}
            />
            <span class="moves">
              <StepButton by={-1} label={t.up(at + 1)} isOff={at === 0} act={() => move(at, -1)} />
              <StepButton
                by={1}
                label={t.down(at + 1)}
                isOff={at === draft.length - 1}
                act={() => move(at, 1)}
              />
              <StepButton
                label={t.remove(at + 1)}
                isOff={draft.length <= kStepsMin}
                act={() => {
                  next.current = 'none';
                  onDraft(draft.filter((one) => one !== step));
                }}
              />
            </span>
          </li>
        ))}
      </ol>
      <button
        type="button"
        class="quiet"
        ref={adder}
        disabled={draft.length >= kStepsMax}
        onClick={() => {
          const step = makeStep();
          next.current = `[data-step="${step.id}"] select`;
          onDraft([...draft, step]);
        }}
      >
        + {t.add}
      </button>
      <p class="hint">
        {draft.length >= kStepsMax ? t.full : t.pattern} {t.note}
      </p>
    </div>
  );
}

// Without `by` it takes the step away.
function StepButton({
  by,
  label,
  isOff,
  act,
}: {
  by?: 1 | -1;
  label: string;
  isOff: boolean;
  act: () => void;
}) {
  return (
    <button
      type="button"
      class="icon small"
      data-by={by}
      aria-label={label}
      title={label}
      disabled={isOff}
      onClick={act}
    >
      {by === undefined ? '×' : by < 0 ? '↑' : '↓'}
    </button>
  );
}

interface ValueProps {
  step: DraftStep;
  label: string;
  goals: GoalList | undefined;
  suggest: Suggest;
  onValue: (value: string) => void;
}

function Value(props: ValueProps) {
  const { step, label, goals, onValue } = props;
  if (step.kind !== 'goal') return <Typed {...props} />;
  const names = goals?.goals.map(({ name }) => name) ?? [];
  const all = step.value === '' || names.includes(step.value) ? names : [step.value, ...names];
  if (goals !== undefined && all.length === 0) return <span class="hint">{t.noGoals}</span>;
  return (
    <select
      class="what"
      aria-label={label}
      value={step.value}
      onChange={(event) => onValue(event.currentTarget.value)}
    >
      {step.value === '' && <option value="">{t.chooseGoal}</option>}
      {all.map((name) => (
        <option key={name} value={name}>
          {name}
        </option>
      ))}
    </select>
  );
}

// A path or an event, with what the service has of them for the choosing once it is looked at.
function Typed({ step, label, suggest, onValue }: ValueProps) {
  const id = useId();
  const [typed, setTyped] = useState(step.value);
  const [isWanted, setWanted] = useState(false);
  const loaded = useAnswer('panels', isWanted ? suggest(step.kind, typed) : null, 0);
  const found = isFailed(loaded.reply)
    ? []
    : loaded.reply.rows.flatMap(([value]) => (typeof value === 'string' ? [value] : []));
  const finish = (text: string) => {
    const value = tidied(step.kind, text);
    setTyped(value);
    if (value !== step.value) onValue(value);
  };
  return (
    <>
      <input
        type="text"
        class="what"
        aria-label={label}
        placeholder={step.kind === 'path' ? t.examples.path : t.examples.event}
        list={id}
        autocomplete="off"
        spellcheck={false}
        maxLength={2000}
        value={typed}
        onFocus={() => setWanted(true)}
        onInput={(event) => setTyped(event.currentTarget.value)}
        onChange={(event) => finish(event.currentTarget.value)}
        onKeyDown={(event) => event.key === 'Enter' && finish(event.currentTarget.value)}
      />
      <datalist id={id}>
        {found.map((value) => (
          <option key={value} value={value} />
        ))}
      </datalist>
    </>
  );
}
