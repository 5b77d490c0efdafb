// A group of reports in its frame: tabs, the picture of the one that is open, and what stands in
// while its answer is not there.
import { useCallback, useId, useMemo, useRef } from 'preact/hooks';
import { isFailed, useAnswer, type Lane } from '../answers';
import type { Catalog } from '../catalog';
import { openReport, tabOf, type Group, type Tab } from '../groups';
import { pictureOf } from '../kinds';
import type { OnFilter } from '../kinds/picture';
import { kRows } from '../questions';
import { texts } from '../texts';
import type { Grain, Question, Report } from '../types';
import { PanelMenu } from './panel_menu';
import { Skeleton } from './skeleton';
import { Tabs } from './tabs';

const kChartRows = 9; // of a skeleton: as high as a chart with its legend and table

interface Props {
  group: Group;
  open: string[]; // reports that are open
  catalog: Catalog;
  grain: Grain;
  zone: string;
  pulse: number;
  questionOf: (report: Report) => Question;
  onOpen: (report: Report) => void;
  onFilterOf: (report: Report) => OnFilter;
  onAll: (report: Report) => void;
}

export function Panel(props: Props) {
  const { group, open, questionOf, pulse, onOpen, onAll } = props;
  const id = useId();
  const lane: Lane = 'panels';
  const report = openReport(group, open);
  const shown = useRef(report);
  const loaded = useAnswer(lane, report === undefined ? null : questionOf(report), pulse);
  if (report === undefined) return null;
  // While the answer is under way, the picture of the tab before stays.
  if (!loaded.isStale) shown.current = report;
  const tab = tabOf(group, report);
  const isVeiled = loaded.isStale && loaded.isSlow;
  const { reply } = loaded;
  const isEmpty = !isFailed(reply) && reply.rows.length === 0;
  const isList = report.kind === 'ranking' || report.kind === 'table';
  const showAll = isList && !isEmpty ? () => onAll(report) : undefined;
  return (
    <section class={`panel ${isVeiled ? 'stale' : ''}`} aria-labelledby={id}>
      <header class="panel-head">
        <h2 id={id}>{group.name}</h2>
        <Tabs
          label={group.name}
          names={group.tabs.map((one) => one.name)}
          open={tab?.name ?? ''}
          idOf={(name) => `${id}-${name}`}
          controls={`${id}-body`}
          onOpen={(name) => {
            const first = group.tabs.find((one) => one.name === name)?.reports[0];
            if (first !== undefined) onOpen(first);
          }}
        />
        <PanelMenu report={report} loaded={loaded} onAll={showAll} />
      </header>
      <div
        class={`body ${report.kind}`}
        role="tabpanel"
        id={`${id}-body`}
        aria-labelledby={`${id}-${tab?.name ?? ''}`}
        aria-busy={loaded.isStale}
      >
        {tab !== undefined && tab.reports.length > 1 && (
          <Variants tab={tab} open={report} onOpen={onOpen} />
        )}
        <Content {...props} report={shown.current ?? report} loaded={loaded} />
      </div>
      {isList && (
        <footer class="panel-foot">
          {showAll !== undefined && (
            <button
              type="button"
              class="quiet"
              aria-label={`${texts.picture.all}: ${report.title}`}
              onClick={showAll}
            >
              {texts.picture.all}
            </button>
          )}
        </footer>
      )}
    </section>
  );
}

// Reports that share a tab: the campaigns by their source, medium …
function Variants({ tab, open, onOpen }: { tab: Tab; open: Report; onOpen: (one: Report) => void }) {
  return (
    <div class="variants" role="group" aria-label={texts.picture.variants}>
      {tab.reports.map((report) => (
        <button
          type="button"
          key={report.name}
          aria-pressed={report === open}
          onClick={() => onOpen(report)}
        >
          {report.title}
        </button>
      ))}
    </div>
  );
}

function Content({
  report,
  loaded,
  catalog,
  grain,
  zone,
  onFilterOf,
}: Props & { report: Report; loaded: ReturnType<typeof useAnswer> }) {
  const { reply } = loaded;
  const latest = useRef<OnFilter>(() => undefined);
  latest.current = onFilterOf(report);
  const onFilter = useCallback<OnFilter>((...chosen) => latest.current(...chosen), []);
  // A click changes what is asked for, and its answer comes later: until then nothing is drawn again.
  const picture = useMemo(() => {
    if (isFailed(reply)) return null;
    const Picture = pictureOf(report.kind);
    return <Picture {...{ report, answer: reply, catalog, grain, zone, onFilter }} />;
  }, [report, reply, catalog, grain, zone]);
  if (reply === undefined) {
    const rows = report.kind === 'series' ? kChartRows : kRows + 1;
    return <Skeleton rows={rows} isVisible={loaded.isSlow} />;
  }
  if ('error' in reply) return <p class="failed">{reply.error.message}</p>;
  return (
    <>
      {reply.approximate === true && (
        <small class="unseen">{texts.picture.approximate}</small>
      )}
      {picture}
    </>
  );
}
