// The board: key figures, the time line and a panel per group of reports, all of one view.
import { useEffect, useMemo, useState } from 'preact/hooks';
import { isFailed, trouble, useAnswer, usePulse } from '../answers';
import { makeCatalog } from '../catalog';
import { nowMinute } from '../clock';
import { makeFilter, withFilter } from '../filters';
import { openedTabs, planBoard } from '../groups';
import type { OnFilter } from '../kinds/picture';
import { AllDialog } from '../parts/all_dialog';
import { Chips } from '../parts/chips';
import { Failure } from '../parts/notice';
import { useMarkers } from '../parts/markers';
import { Panel } from '../parts/panel';
import { SegmentMenu } from '../parts/segment_menu';
import { servicePath } from '../path';
import { firstDayOf, isOpening, makeQuestion, openedBy, suggestion, timeLineQuestion } from '../questions';
import { dayIn } from '../range';
import { go, isShared, place, setSearch } from '../route';
import { texts } from '../texts';
import type { Report, Reports } from '../types';
import { grainOf, lengthOfView, readView, writeView, type View } from '../view';
import { Controls } from './service_controls';
import { FunnelPlace } from './service_funnel_place';
import { KeyFigures } from './service_figures';
import { TimeLine } from './service_time_line';

const kRefreshMs = { now: 10_000, other: 60_000 };

interface Props {
  service: string;
  names: string[];
  reports: Reports;
}

export function Board({ service, names, reports }: Props) {
  const search = place.value.search;
  const view = useMemo(() => readView(search), [search]);
  const plan = useMemo(() => planBoard(reports.reports), [reports]);
  const catalog = useMemo(() => makeCatalog(reports), [reports]);
  const [zone, setZone] = useState<string | null>(null);
  // The day of the first hit, once all there is was asked for.
  const [firstDays, setFirstDays] = useState<Record<string, string>>({});
  const [all, setAll] = useState<Report | null>(null);
  const change = (next: View, how: 'push' | 'replace' = 'push') => setSearch(writeView(next), how);

  const today = dayIn(zone ?? 'UTC', nowMinute.value * 60_000);
  const days = lengthOfView(view, today, firstDays[service] ?? null);
  const grain = grainOf(view, days);
  const isNow = days !== null && days <= 2;
  const everyMs = isNow ? kRefreshMs.now : kRefreshMs.other;
  const { pulse, again } = usePulse(everyMs);
  const questionOf = (report: Report) => makeQuestion(report, service, view, grain);

  const figures = useAnswer('head', plan.numbers ? questionOf(plan.numbers) : null, pulse);
  const line = useAnswer(
    'head',
    plan.series ? timeLineQuestion(plan.series, service, view, grain) : null,
    pulse,
  );
  const told = isFailed(line.reply) ? figures.reply : line.reply;
  const toldZone = isFailed(told) ? undefined : told.time_zone;
  const first = view.range === 'all' && !line.isStale ? firstDayOf(line.reply) : null;
  useEffect(() => {
    if (toldZone !== undefined) setZone(toldZone);
    if (first !== null) setFirstDays((known) => ({ ...known, [service]: first }));
  }, [toldZone, first, service]);

  const markers = useMarkers(service);
  const filterOf =
    (report: Report): OnFilter =>
    (dimension, value, isExcluded, row = []) => {
      if (isOpening(report, dimension)) {
        setAll(openedBy(report, dimension, value, row));
        return;
      }
      const text = value === null ? '' : String(value);
      const filter = makeFilter(isExcluded ? 'is_not' : 'is', dimension, [text]);
      setAll(null);
      change({ ...view, filters: withFilter(view.filters, filter) });
    };
  const suggest = (dimension: string, typed: string) =>
    suggestion(reports.reports, service, view, dimension, typed);
  const metrics = reports.metrics
    .filter((metric) => metric.is_over_time !== false)
    .map((metric) => metric.name);
  return (
    <>
      <Controls
        {...{ view, service, names, today }}
        zone={zone ?? texts.utc}
        onChange={change}
        onService={(other) => go(servicePath(other) + writeView(view))}
      />
      <Chips
        filters={view.filters}
        dimensions={reports.dimensions.map((dimension) => dimension.name)}
        catalog={catalog}
        suggest={suggest}
        onFilters={(filters) => change({ ...view, filters })}
      >
        {!isShared && (
          <SegmentMenu
            key={service}
            {...{ service, catalog }}
            filters={view.filters}
            onFilters={(filters) => change({ ...view, filters })}
          />
        )}
      </Chips>
      {trouble.value !== undefined && (
        <Failure error={trouble.value} retry={again} isStale={figures.reply !== undefined} />
      )}
      {reports.reports.length === 0 && <p class="nothing">{texts.service.noReports}</p>}
      <div class="board">
        {plan.numbers !== undefined && (
          <KeyFigures
            report={plan.numbers}
            loaded={figures}
            {...{ catalog, grain }}
            zone={zone ?? texts.utc}
            picked={view.metrics.length > 0 ? view.metrics : (plan.series?.query.metrics ?? [])}
            onPick={(metric) => change({ ...view, metrics: [metric] })}
          />
        )}
        {plan.series !== undefined && (
          <TimeLine
            report={plan.series}
            loaded={line}
            {...{ catalog, metrics, view, grain, days, today, markers }}
            zone={zone ?? texts.utc}
            onView={change}
          />
        )}
        <div class="panels">
          {plan.groups.map((group) => (
            <Panel
              key={group.name}
              {...{ group, catalog, grain, pulse, questionOf }}
              open={view.tabs}
              zone={zone ?? texts.utc}
              onOpen={(report) =>
                change({ ...view, tabs: openedTabs(group, view.tabs, report) }, 'replace')
              }
              onFilterOf={filterOf}
              onAll={setAll}
            />
          ))}
        </div>
        <FunnelPlace
          key={service}
          {...{ service, view, everyMs, suggest }}
          onFunnel={(funnel, how) => change({ ...view, funnel }, how)}
        />
      </div>
      {all !== null && (
        <AllDialog
          key={all.name}
          report={all}
          question={questionOf(all)}
          {...{ catalog, grain }}
          zone={zone ?? texts.utc}
          onFilter={filterOf(all)}
          onClose={() => setAll(null)}
        />
      )}
    </>
  );
}
