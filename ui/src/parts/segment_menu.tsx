// Filters that are kept under a name, for everybody who sees this service.
import { useState } from 'preact/hooks';
import { getJson, postJson } from '../api';
import type { Catalog } from '../catalog';
import { useResource } from '../resource';
import { isShared } from '../route';
import { texts } from '../texts';
import type { Condition, SavedSegment, SegmentList } from '../types';
import { isCondition } from '../view';
import { wordsOf } from './chips';
import { Popup } from './popup';

const t = texts.segments;

interface Props {
  service: string;
  filters: Condition[];
  catalog: Catalog;
  onFilters: (filters: Condition[]) => void;
}

// What a later version may have kept is not applied by halves.
const known = (segment: SavedSegment): Condition[] | null =>
  segment.filters.every(isCondition) ? segment.filters.filter(isCondition) : null;

export function SegmentMenu({ service, filters, catalog, onFilters }: Props) {
  const path = `/api/v1/segments?service=${encodeURIComponent(service)}`;
  const [changed, setChanged] = useState<SegmentList | null>(null);
  const [failed, setFailed] = useState('');
  const list = useResource<SegmentList>(isShared ? null : path, (signal) =>
    getJson(path, signal),
  );
  const segments = (changed ?? list.data)?.segments ?? [];
  const isActive = (segment: SavedSegment) =>
    JSON.stringify(segment.filters) === JSON.stringify(filters);
  const send = async (request: object) => {
    try {
      const body = { service, ...request };
      setChanged(await postJson('/api/v1/segments', body, new AbortController().signal));
      setFailed('');
    } catch (error) {
      setFailed(error instanceof Error ? error.message : String(error));
    }
  };
  if (isShared || (segments.length === 0 && filters.length === 0)) return null;
  const active = segments.find(isActive);
  return (
    <Popup
      label={active === undefined ? t.title : `${t.title}: ${active.name}`}
      button={active === undefined ? t.title : `${t.title}: ${active.name}`}
      buttonClass="quiet"
    >
      {(close) => (
        <div class="notes">
          <ul>
            {segments.map((segment) => {
              const wanted = known(segment);
              const words = wanted?.map((filter) => wordsOf(filter, catalog).join(' ')).join(', ');
              return (
                <li key={segment.name}>
                  <button
                    type="button"
                    title={words}
                    disabled={wanted === null}
                    aria-pressed={isActive(segment)}
                    onClick={() => {
                      close();
                      if (wanted !== null) onFilters(wanted);
                    }}
                  >
                    <bdi>{segment.name}</bdi>
                  </button>
                  <button
                    type="button"
                    class="icon small"
                    aria-label={t.remove(segment.name)}
                    title={t.remove(segment.name)}
                    onClick={() => void send({ action: 'remove', name: segment.name })}
                  >
                    ×
                  </button>
                </li>
              );
            })}
          </ul>
          {filters.length > 0 && active === undefined && (
            <form
              onSubmit={(event) => {
                event.preventDefault();
                const name = String(new FormData(event.currentTarget).get('name') ?? '').trim();
                if (name !== '') void send({ action: 'add', name, filters });
              }}
            >
              <input type="text" name="name" maxLength={50} required placeholder={t.name} aria-label={t.name} />
              <button type="submit" class="primary">
                {t.save}
              </button>
            </form>
          )}
          {failed !== '' && <p class="failed">{failed}</p>}
        </div>
      )}
    </Popup>
  );
}
