// Where the funnel is: an offer to build one, until there is one in the URL. It is loaded then.
import { late } from '../parts/late';
import { texts } from '../texts';
import type { FunnelProps } from './service_funnel';

const t = texts.funnel;

const FunnelPanel = late<FunnelProps>(
  () => import('./service_funnel').then((file) => file.FunnelPanel),
  ({ children }) => (
    <section class="panel funnel">
      <h2>{t.title}</h2>
      {children}
    </section>
  ),
);

type Props = Omit<FunnelProps, 'funnel'>;

export function FunnelPlace(props: Props) {
  const { view, onFunnel } = props;
  if (view.funnel !== null) return <FunnelPanel {...props} funnel={view.funnel} />;
  return (
    <section class="panel funnel-offer" aria-label={t.title}>
      <h2>{t.title}</h2>
      <p class="hint">{t.text}</p>
      <button type="button" onClick={() => onFunnel({ name: '', steps: [] }, 'push')}>
        {t.build}
      </button>
    </section>
  );
}
