// A number with its name, as the tiles of every page show it.
import type { ComponentChildren } from 'preact';
import { texts } from '../texts';
import { Term } from './term';

export interface StatProps {
  title: string;
  definition?: string;
  value: ComponentChildren;
  full?: string | undefined; // the exact value, where `value` is shortened
  change?: string; // against the time before: "+12%"
  changeTone?: 'good' | 'bad' | undefined;
  before?: string; // and what it was then
  tone?: 'warn' | 'bad' | undefined;
  isPicked?: boolean;
  onPick?: () => void; // makes the tile a switch
}

function Change({ change, changeTone, before }: StatProps) {
  const arrow = change?.startsWith('\u2212') === true ? '▼' : /^[+×]/.test(change ?? '') ? '▲' : '';
  return (
    <small class={`change ${changeTone ?? ''}`} title={before}>
      {arrow !== '' && <span aria-hidden="true">{arrow} </span>}
      {change}
    </small>
  );
}

export function Stat(props: StatProps) {
  const { title, definition, value, full, change, tone, isPicked, onPick } = props;
  const classes = ['stat', tone ?? '', onPick === undefined ? '' : 'pick'].join(' ').trim();
  return (
    <div class={classes} data-picked={isPicked === true ? '' : undefined}>
      <dt>
        <Term definition={definition ?? ''}>{title}</Term>
      </dt>
      <dd title={full}>
        {onPick === undefined ? (
          value
        ) : (
          <button
            type="button"
            aria-pressed={isPicked}
            title={texts.picture.pick(title)}
            onClick={onPick}
          >
            <span class="unseen">{texts.picture.pick(title)}: </span>
            {value}
          </button>
        )}
        {change !== undefined && <Change {...props} />}
      </dd>
    </div>
  );
}
