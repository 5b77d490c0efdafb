// The head of a service's page: which service, which time, people or bots too.
import { Segments } from '../parts/segments';
import { ShareButton } from '../parts/share';
import { texts } from '../texts';
import type { Grain } from '../types';
import { grainsOf, kRanges, type View } from '../view';

const t = texts.service;

interface Props {
  view: View;
  grain: Grain;
  service: string;
  names: string[];
  zone: string;
  onChange: (view: View) => void;
  onService: (name: string) => void;
}

export function Controls({ view, grain, service, names, zone, onChange, onService }: Props) {
  const grains = grainsOf(view.range);
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
          {(names.length === 0 ? [service] : names).map((name) => (
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
      <ShareButton service={service} />
      <label class="check" title={t.botsTitle}>
        <input
          type="checkbox"
          checked={view.bots}
          onChange={(event) => onChange({ ...view, bots: event.currentTarget.checked })}
        />
        {t.bots}
      </label>
      {grains.length > 1 && (
        <Segments
          label={t.grains.label}
          options={grains}
          names={t.grains}
          value={grain}
          onChange={(next) => onChange({ ...view, grain: next })}
        />
      )}
      <Segments
        label={t.ranges.label}
        options={kRanges}
        names={t.ranges}
        titles={t.rangeTitles}
        value={view.range}
        onChange={(range) => onChange({ ...view, range, grain: null })}
      />
    </header>
  );
}
