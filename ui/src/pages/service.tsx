// One service: the reports that the server offers, for a range and with filters.
import { useEffect, useState } from 'preact/hooks';
import { getJson } from '../api';
import { ask } from '../ask';
import { makeCatalog, type Catalog } from '../catalog';
import { loadPlot } from '../parts/chart';
import { Failure, Notice } from '../parts/notice';
import { Chips } from '../parts/chips';
import { Link } from '../parts/link';
import { Panel } from '../parts/panel';
import { Skeleton } from '../parts/skeleton';
import { spansOf } from '../panel_spans';
import { servicePath } from '../path';
import { daysCovered, makeQuestion } from '../questions';
import { useResource } from '../resource';
import { go, place, setSearch } from '../route';
import { texts } from '../texts';
import type { Answer, Cell, ErrorBody, Report, Reports, Services } from '../types';
import {
  addFilter,
  flipFilter,
  grainOf,
  readView,
  removeFilter,
  writeView,
  type View,
} from '../view';
import { Controls } from './service_controls';

const kRefreshMs = { today: 10_000, other: 60_000 };
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

function Board({
  service,
  names,
  reports,
}: {
  service: string;
  names: string[];
  reports: Reports;
}) {
  const view = readView(place.value.search);
  const change = (next: View) => setSearch(writeView(next), 'push');
  const [covered, setCovered] = useState<{ range: string; days: number | null } | null>(null);
  const [limits, setLimits] = useState<Record<string, number | undefined>>({});
  const [catalog] = useState<Catalog>(() => makeCatalog(reports));
  const grain = grainOf(view, covered?.range === view.range ? covered.days : null);
  const questions = reports.reports.map((report) =>
    makeQuestion(report, service, view, grain, limits[report.name]),
  );
  const answers = useResource(
    JSON.stringify(questions),
    async (signal) => {
      const all = await ask(questions, signal);
      const days = daysCovered(all.find((answer) => !('error' in answer)));
      if (covered?.range !== view.range || covered.days !== days)
        setCovered({ range: view.range, days });
      return all;
    },
    view.range === 'today' ? kRefreshMs.today : kRefreshMs.other,
  );
  const zone = zoneOf(answers.data) ?? texts.utc;
  const filterBy = (dimension: string, value: Cell) =>
    change(addFilter(view, ['is', dimension, value === null ? '' : String(value)]));
  const panel = (report: Report, span: number) => (
    <Panel
      span={span}
      key={report.name}
      answer={answers.data?.[reports.reports.indexOf(report)]}
      limit={limits[report.name]}
      isSlow={answers.isSlow}
      onFilter={filterBy}
      onLimit={(limit) => setLimits({ ...limits, [report.name]: limit })}
      {...{ report, catalog, grain, zone }}
    />
  );
  return (
    <>
      <Controls
        view={view}
        grain={grain}
        service={service}
        names={names}
        zone={zone}
        onChange={change}
        onService={(other) => go(servicePath(other) + writeView(view))}
      />
      <Chips
        filters={view.filters}
        catalog={catalog}
        onFlip={(filter) => change(flipFilter(view, filter))}
        onRemove={(filter) => change(removeFilter(view, filter))}
        onClear={() => change({ ...view, filters: [] })}
      />
      {answers.error !== undefined && (
        <Failure
          error={answers.error}
          retry={answers.reload}
          isStale={answers.data !== undefined}
        />
      )}
      {reports.reports.length === 0 && <p class="nothing">{t.noReports}</p>}
      <div
        class={answers.isStale && answers.isSlow ? 'board stale' : 'board'}
        aria-busy={answers.isStale}
      >
        {groupsOf(reports.reports).map(([group, members]) => (
          <section class="group" key={group} aria-label={group}>
            <h2 class={members[0]?.kind === 'numbers' ? 'unseen' : ''}>{group}</h2>
            <div class="panels">
              {spansOf(members.map((report) => report.kind)).map((span, i) =>
                panel(members[i]!, span),
              )}
            </div>
          </section>
        ))}
      </div>
    </>
  );
}

const zoneOf = (answers: (Answer | ErrorBody)[] | undefined): string | undefined => {
  const first = answers?.find((answer): answer is Answer => !('error' in answer));
  return first?.time_zone;
};

// In the order in which the server names them.
function groupsOf(reports: Report[]): [string, Report[]][] {
  const groups = new Map<string, Report[]>();
  for (const report of reports) {
    groups.set(report.group, [...(groups.get(report.group) ?? []), report]);
  }
  return [...groups];
}
