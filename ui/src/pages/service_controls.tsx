// The head of a service's page: which service, which time, people or bots too.
import { Link } from '../parts/link';
import { ShareButton } from '../parts/share';
import { livePath } from '../path';
import { isShared } from '../route';
import { texts } from '../texts';
import { kCompares, type View } from '../view';
import { RangePicker } from './service_range';

const t = texts.service;

interface Props {
  view: View;
  service: string;
  names: string[];
  zone: string;
  today: string;
  onChange: (view: View) => void;
  onService: (name: string) => void;
}

export function Controls({ view, service, names, zone, today, onChange, onService }: Props) {
  return (
    <header class="title controls">
      <h1 class={names.length === 1 ? '' : 'unseen'} title={service}>
        <bdi>{service}</bdi>
      </h1>
      {names.length !== 1 && (
        <select
          class="switch"
          aria-label={t.switch}
          value={service}
          onChange={(event) => onService(event.currentTarget.value)}
        >
          {(names.includes(service) ? names : [service, ...names]).map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      )}
      <span class="zone" title={t.zoneTitle}>
        {zone}
      </span>
      <span class="spring" />
      {!isShared && (
        <Link class="button" title={t.liveTitle} to={livePath(service)}>
          {texts.nav.live}
        </Link>
      )}
      <ShareButton service={service} />
      <label class="check" title={t.botsTitle}>
        <input
          type="checkbox"
          checked={view.bots}
          onChange={(event) => onChange({ ...view, bots: event.currentTarget.checked })}
        />
        {t.bots}
      </label>
      <select
        class="compare"
        aria-label={t.compare.label}
        value={view.compare}
        onChange={(event) => {
          const wanted = event.currentTarget.value;
          onChange({ ...view, compare: kCompares.find((one) => one === wanted) ?? 'previous' });
        }}
      >
        {kCompares.map((compare) => (
          <option key={compare} value={compare}>
            {t.compare[compare]}
          </option>
        ))}
      </select>
      <RangePicker
        range={view.range}
        today={today}
        onRange={(range) => onChange({ ...view, range, grain: null })}
      />
    </header>
  );
}
