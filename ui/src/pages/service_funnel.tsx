// A funnel of the service, built here: its steps on one side, who did them on the other. The steps
// that are filled in are in the URL; one that is still empty is here alone.
import { useRef, useState } from 'preact/hooks';
import { postJson } from '../api';
import { asAsked, kStepsMin, type Funnel, type FunnelAnswer, type FunnelStep } from '../funnel';
import { useResource } from '../resource';
import { texts } from '../texts';
import { funnelTexts as t } from '../texts/funnel';
import type { Question } from '../types';
import type { View } from '../view';
import { FunnelResult } from './service_funnel_result';
import { FunnelSteps, type DraftStep } from './service_funnel_steps';

export interface FunnelProps {
  service: string;
  view: View;
  funnel: Funnel;
  everyMs: number;
  suggest: (dimension: string, typed: string) => Question;
  onFunnel: (funnel: Funnel | null, how: 'push' | 'replace') => void;
}

let lastId = 0;
const emptyStep = (): DraftStep => ({ id: ++lastId, kind: 'path', value: '' });

function draftOf(steps: FunnelStep[]): DraftStep[] {
  const draft = steps.map((step) => ({ id: ++lastId, ...step }));
  while (draft.length < kStepsMin) draft.push(emptyStep());
  return draft;
}

const finished = (draft: DraftStep[]): FunnelStep[] =>
  draft.flatMap(({ kind, value }) => (value === '' ? [] : [{ kind, value }]));
const isSame = (a: FunnelStep[], b: FunnelStep[]) => JSON.stringify(a) === JSON.stringify(b);

export function FunnelPanel({ service, view, funnel, everyMs, suggest, onFunnel }: FunnelProps) {
  const draft = useRef<DraftStep[] | null>(null);
  const [, setRound] = useState(0);
  // The back button, a link: the URL has other steps than were made here.
  if (draft.current === null || !isSame(finished(draft.current), funnel.steps))
    draft.current = draftOf(funnel.steps);

  const change = (next: DraftStep[]) => {
    draft.current = next;
    const steps = finished(next);
    if (isSame(steps, funnel.steps)) setRound((n) => n + 1);
    else onFunnel({ ...funnel, steps }, 'push');
  };
  const question =
    funnel.steps.length < kStepsMin
      ? null
      : {
          service,
          range: view.range,
          steps: funnel.steps.map(asAsked),
          ...(view.filters.length > 0 ? { filters: view.filters } : {}),
        };
  const answer = useResource<FunnelAnswer>(
    question === null ? null : JSON.stringify(question),
    (signal) => postJson('/api/v1/funnel', question, signal),
    everyMs,
  );
  return (
    <section
      class={`panel funnel ${answer.isStale && answer.isSlow ? 'stale' : ''}`}
      aria-labelledby="funnel-title"
    >
      <header class="panel-head">
        <h2 id="funnel-title">{texts.funnel.title}</h2>
        <input
          type="text"
          aria-label={t.name}
          placeholder={t.nameExample}
          maxLength={100}
          autocomplete="off"
          value={funnel.name}
          onChange={(event) =>
            onFunnel({ ...funnel, name: event.currentTarget.value.trim() }, 'replace')
          }
        />
        <button
          type="button"
          class="icon small"
          aria-label={t.close}
          title={t.close}
          onClick={() => onFunnel(null, 'push')}
        >
          ×
        </button>
      </header>
      <div class="funnel-sides">
        <FunnelSteps
          {...{ service, suggest }}
          draft={draft.current}
          makeStep={emptyStep}
          onDraft={change}
        />
        <FunnelResult answer={answer} isAsked={question !== null} />
      </div>
    </section>
  );
}
