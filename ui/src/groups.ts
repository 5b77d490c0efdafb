// The server's reports → the panels of the page: a group is a panel, what has the same `tab` in it
// is one tab, and its reports are chosen from there. Pure.
import type { Report } from './types';

export interface Tab {
  name: string;
  reports: Report[];
}
export interface Group {
  name: string;
  tabs: Tab[];
}
export interface BoardPlan {
  numbers: Report | undefined; // the key figures
  series: Report | undefined; // the time line below them
  groups: Group[];
}

function gather<T>(rows: Report[], nameOf: (report: Report) => string, make: (name: string, members: Report[]) => T): T[] {
  const names = [...new Set(rows.map(nameOf))];
  return names.map((name) => make(name, rows.filter((row) => nameOf(row) === name)));
}

const groupOf = (name: string, members: Report[]): Group => ({
  name,
  tabs: gather(members, (report) => report.tab ?? report.title, (tab, reports) => ({ name: tab, reports })),
});

// In the order in which the server names them. The group of numbers is the head of the page; what
// else the server has put there is a panel like any other.
export function planBoard(reports: Report[]): BoardPlan {
  const numbers = reports.find((report) => report.kind === 'numbers');
  const series = reports.find(
    (report) => report.kind === 'series' && report.group === numbers?.group,
  );
  const rest = reports.filter((report) => report !== numbers && report !== series);
  return { numbers, series, groups: gather(rest, (report) => report.group, groupOf) };
}

const reportsOf = (group: Group): Report[] => group.tabs.flatMap((tab) => tab.reports);

export function openReport(group: Group, open: string[]): Report | undefined {
  const all = reportsOf(group);
  return all.find((report) => open.includes(report.name)) ?? all[0];
}

export const tabOf = (group: Group, report: Report): Tab | undefined =>
  group.tabs.find((tab) => tab.reports.includes(report));

// The names for the URL once `report` is open; the first of a panel is open without being named.
export function openedTabs(group: Group, open: string[], report: Report): string[] {
  const all = reportsOf(group);
  const others = open.filter((name) => !all.some((one) => one.name === name));
  return report === all[0] ? others : [...others, report.name];
}
