// The services that there are, to choose one of.
import { nowMs } from '../clock';
import { exact } from '../format';
import { texts } from '../texts';
import { setupTexts } from '../texts/setup';
import type { Registered, Service } from '../types';

const t = setupTexts;

interface Row {
  name: string;
  hosts: string[] | null; // null: not registered
  lastHit: string | null;
}

function rowsOf(services: Service[], registered: Registered[]): Row[] {
  const rows = new Map<string, Row>();
  for (const { name, last_hit } of services) {
    rows.set(name, { name, hosts: null, lastHit: last_hit });
  }
  for (const { name, hosts } of registered) {
    rows.set(name, { name, hosts, lastHit: rows.get(name)?.lastHit ?? null });
  }
  return [...rows.values()].sort((a, b) => a.name.localeCompare(b.name));
}

interface Props {
  services: Service[];
  registered: Registered[];
  chosen: string;
  onChoose: (name: string) => void;
}

export function KnownServices({ services, registered, chosen, onChoose }: Props) {
  const rows = rowsOf(services, registered);
  if (rows.length === 0) return null;
  return (
    <section class="panel known" aria-labelledby="known-title">
      <h2 id="known-title">{t.services}</h2>
      <p class="hint">{t.servicesHelp}</p>
      <div class="scroll" role="region" tabIndex={0} aria-label={t.services}>
        <table class="plain">
          <thead>
            <tr>
              <th scope="col">{t.columns.name}</th>
              <th scope="col">{t.columns.registered}</th>
              <th scope="col">{t.columns.hosts}</th>
              <th scope="col">{t.columns.lastHit}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ name, hosts, lastHit }) => (
              <tr key={name}>
                <th scope="row">
                  <button
                    type="button"
                    class="quiet"
                    aria-pressed={name === chosen}
                    onClick={() => onChoose(name)}
                  >
                    <bdi>{name}</bdi>
                  </button>
                </th>
                <td>{hosts === null ? t.no : t.yes}</td>
                <td class="hosts">{hosts?.join(', ') || t.none}</td>
                <td title={lastHit === null ? undefined : exact(lastHit)}>
                  {lastHit === null ? t.none : texts.ago(nowMs.value - Date.parse(lastHit))}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
