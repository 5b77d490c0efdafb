// A number with its name, as the tiles of every page show it.
import type { ComponentChildren } from 'preact';
import { Term } from './term';

export interface StatProps {
  title: string;
  definition?: string;
  value: ComponentChildren;
  full?: string | undefined; // the exact value, where `value` is shortened
  change?: string; // against the time before
  before?: string; // and what it was then
  tone?: 'warn' | 'bad' | undefined;
}

export function Stat({ title, definition, value, full, change, before, tone }: StatProps) {
  return (
    <div class={tone === undefined ? 'stat' : `stat ${tone}`}>
      <dt>
        <Term definition={definition ?? ''}>{title}</Term>
      </dt>
      <dd title={full}>
        {value}
        {change !== undefined && (
          <small class="change" title={before}>
            {change}
          </small>
        )}
      </dd>
    </div>
  );
}
