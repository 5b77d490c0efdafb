// Moments that explain the line: a release, a campaign. Drawn over the plot, listed and added
// behind a button.
import { useState } from 'preact/hooks';
import { getJson, postJson } from '../api';
import { timeTitle } from '../format';
import { placeOfMoment, wallOf } from '../markers';
import { useResource } from '../resource';
import { isShared } from '../route';
import { texts } from '../texts';
import type { Marker, MarkerList } from '../types';
import { Popup } from './popup';

const t = texts.markers;
const kRefreshMs = 60_000;

export interface Markers {
  list: Marker[];
  failed: string;
  send: (request: object) => Promise<void>;
}

export function useMarkers(service: string): Markers {
  const path = `/api/v1/markers?service=${encodeURIComponent(service)}`;
  const [failed, setFailed] = useState('');
  const list = useResource<MarkerList>(path, (signal) => getJson(path, signal), kRefreshMs);
  const send = async (request: object) => {
    try {
      await postJson('/api/v1/markers', { service, ...request }, new AbortController().signal);
      setFailed('');
      list.reload();
    } catch (error) {
      setFailed(error instanceof Error ? error.message : String(error));
    }
  };
  return { list: list.data?.markers ?? [], failed, send };
}

// As wide as the plot: a step's place is a share of it.
export function MarkerLines({
  markers,
  times,
  zone,
}: {
  markers: Marker[];
  times: string[];
  zone: string;
}) {
  return (
    <>
      {markers.map((marker) => {
        const place = placeOfMoment(marker.time, times, zone);
        if (place === null) return null;
        const title = `${timeTitle(wallOf(marker.time, zone), 'minute')}: ${marker.text}`;
        return (
          <span
            class="marker"
            key={marker.time + marker.text}
            style={{ left: `${place * 100}%` }}
            title={title}
          >
            <span class="unseen">{title}</span>
          </span>
        );
      })}
    </>
  );
}

export function MarkerMenu({ markers, zone, today }: { markers: Markers; zone: string; today: string }) {
  const [day, setDay] = useState(today);
  if (isShared) return null; // the lines are there; who follows a link adds none
  return (
    <Popup label={t.title} button={<Flag />} buttonClass="icon small">
      {() => (
        <div class="notes">
          <ul>
            {[...markers.list].reverse().map((marker) => (
              <li key={marker.time + marker.text}>
                <span>
                  <small>{timeTitle(wallOf(marker.time, zone), 'minute')}</small>
                  <bdi>{marker.text}</bdi>
                </span>
                <button
                  type="button"
                  class="icon small"
                  aria-label={t.remove(marker.text)}
                  title={t.remove(marker.text)}
                  onClick={() =>
                    void markers.send({ action: 'remove', time: marker.time, text: marker.text })
                  }
                >
                  ×
                </button>
              </li>
            ))}
          </ul>
          <form
            onSubmit={(event) => {
              event.preventDefault();
              const form = event.currentTarget;
              const text = String(new FormData(form).get('text') ?? '').trim();
              // Noon, where it is the same day nearly everywhere; today is now.
              const time = day === today ? {} : { time: `${day}T12:00:00Z` };
              if (text !== '') void markers.send({ action: 'add', text, ...time }).then(() => form.reset());
            }}
          >
            <input type="text" name="text" maxLength={100} required placeholder={t.text} aria-label={t.text} />
            <input
              type="date"
              aria-label={t.day}
              value={day}
              max={today}
              onInput={(event) => setDay(event.currentTarget.value)}
            />
            <button type="submit" class="primary">
              {t.add}
            </button>
          </form>
          {markers.failed !== '' && <p class="failed">{markers.failed}</p>}
        </div>
      )}
    </Popup>
  );
}

const Flag = () => (
  <svg viewBox="0 0 16 16" width="16" height="16" class="line" aria-hidden="true">
    <path d="M4 14V2.5h8.5l-2 3 2 3H4" />
  </svg>
);
