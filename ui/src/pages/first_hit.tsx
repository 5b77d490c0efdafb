// The overview before there is anything to see: how to connect one, and whether something came.
import { Link } from '../parts/link';
import { droppedOf, status, sum } from '../status';
import { texts } from '../texts';

const t = texts.empty;

export function FirstHit() {
  const sources = status.value?.sources ?? [];
  const received = sum(sources.map((source) => source.received));
  const dropped = sum(sources.map(droppedOf));
  return (
    <section class="first">
      <h1>{t.title}</h1>
      <p>{t.text}</p>
      <ol class="steps">
        {t.steps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      <p>
        <Link to="/setup" class="button primary">
          {t.connect}
        </Link>
      </p>
      <p class="pulse" role="status">
        {dropped === 0 ? t.listening : t.arrived(received, dropped)}{' '}
        {dropped > 0 && <Link to="/health">{t.why}</Link>}
      </p>
    </section>
  );
}
