// One service: the reports that the server offers, for a range and with filters.
import { useEffect } from 'preact/hooks';
import { getJson } from '../api';
import { loadPlot } from '../parts/chart';
import { Link } from '../parts/link';
import { Failure, Notice } from '../parts/notice';
import { Skeleton } from '../parts/skeleton';
import { useResource } from '../resource';
import { texts } from '../texts';
import type { Reports, Services } from '../types';
import { Board } from './service_board';

const kServicesMs = 30_000;
const t = texts.service;

export function ServicePage({ name }: { name: string }) {
  const reports = useResource<Reports>('reports', (signal) => getJson('/api/v1/reports', signal));
  const services = useResource<Services>(
    'services',
    (signal) => getJson('/api/v1/services', signal),
    kServicesMs,
  );
  useEffect(() => {
    loadPlot().catch(() => undefined);
  }, []);
  const names = services.data?.services.map((service) => service.name) ?? [];
  const isUnknown = services.data !== undefined && !names.includes(name);
  const hasBoard = reports.data !== undefined && !isUnknown;
  return (
    <>
      {!hasBoard && (
        <header class="title">
          <h1>{name}</h1>
        </header>
      )}
      {reports.error !== undefined && <Failure error={reports.error} retry={reports.reload} />}
      {isUnknown && (
        <Notice tone="warn">
          <div>
            <strong>{t.notThere(name)}</strong>
            <p>{t.notThereText}</p>
          </div>
          <Link class="button" to={`/setup?service=${encodeURIComponent(name)}`}>
            {texts.empty.connect}
          </Link>
        </Notice>
      )}
      {reports.data === undefined && reports.error === undefined && (
        <Skeleton rows={10} isVisible={reports.isSlow} />
      )}
      {reports.data !== undefined && hasBoard && (
        <Board service={name} names={names} reports={reports.data} />
      )}
    </>
  );
}
