// How full something is: a number, what it is of, and a bar.
import { share } from '../format';
import { healthTexts } from '../texts/health';
import { Term } from './term';

interface Props {
  title: string;
  definition: string;
  value: number;
  most: number;
  show: (n: number) => string;
}

const kFull = 0.8; // from here on it is worth a look

export function Meter({ title, definition, value, most, show }: Props) {
  const part = most > 0 ? Math.min(1, value / most) : 0;
  return (
    <div class={part >= kFull ? 'stat meter warn' : 'stat meter'}>
      <dt>
        <Term definition={definition}>{title}</Term>
      </dt>
      <dd title={share(part)}>
        {show(value)}
        <small>{healthTexts.of('', show(most))}</small>
        <span
          class="trough"
          role="meter"
          aria-label={title}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={Math.round(part * 100)}
          aria-valuetext={healthTexts.of(show(value), show(most))}
        >
          <span style={{ width: `${part * 100}%` }} />
        </span>
      </dd>
    </div>
  );
}
