// What can be done on a service's page: filters, segments, markers, all rows, menus.
export const boardTexts = {
  segments: {
    title: 'Segments',
    name: 'Name of these filters',
    save: 'Save',
    remove: (name: string) => `Remove the segment ${name}`,
  },
  markers: {
    title: 'Markers',
    text: 'What happened',
    day: 'On which day',
    add: 'Add a marker',
    remove: (text: string) => `Remove the marker ${text}`,
  },
  filter: {
    dimension: 'What',
    choose: 'Choose…',
    verb: 'How',
    find: 'Find a value',
    text: 'Text',
    pattern: '* is any text, ? one character',
    values: 'Values',
    noValues: 'No such value in this range.',
    apply: 'Filter',
  },
  funnel: {
    title: 'Funnel',
    text: 'How many visitors did one thing after another.',
    build: 'Build a funnel',
  },
  all: {
    close: 'Close',
    search: 'Search',
    order: 'By',
    before: 'Before',
    after: 'Next',
    rows: (first: string, last: string) => `${first}–${last}`,
  },
  menu: {
    label: (title: string) => `${title}: more`,
    csv: 'Download CSV',
    json: 'Download JSON',
    png: 'Download PNG',
    sql: 'Open as SQL',
  },
};
