// What the funnel says; loaded with it.
import { count, plural, share } from '../format';
import { kStepsMax } from '../funnel';

export const funnelTexts = {
  name: 'Name of the funnel',
  nameExample: 'Name, such as Checkout',
  close: 'Close the funnel',
  steps: 'Steps',
  stepAt: (at: number) => `Step ${at}`,
  kindAt: (at: number) => `Kind of step ${at}`,
  kinds: { path: 'Path', event: 'Event', goal: 'Goal' },
  examples: { path: '/cart or /blog/*', event: 'Order' },
  chooseGoal: 'Choose a goal…',
  noGoals: 'This service has no goals yet.',
  up: (at: number) => `Move step ${at} up`,
  down: (at: number) => `Move step ${at} down`,
  remove: (at: number) => `Remove step ${at}`,
  add: 'Add a step',
  full: `A funnel has at most ${kStepsMax} steps.`,
  pattern: 'In a path, * is any text and ? one character.',
  tooFew: 'Fill in two steps or more, and the funnel is drawn.',
  nobody: 'Nobody did the first step in this range.',
  whole: (all: number, last: number, steps: number) =>
    `${count(last)} of ${plural(all, 'visitor', 'visitors')} did all ${steps} steps (${share(last / all)}).`,
  visitors: (n: number) => plural(n, 'visitor', 'visitors'),
  wentOn: (part: string) => `${part} went on`,
  dropped: (n: number, part: string) => `${count(n)} dropped off (${part})`,
  columns: {
    step: 'Step',
    visitors: 'Visitors',
    share: 'Of the first step',
    shareBefore: 'Of the step before',
    dropped: 'Dropped off',
    droppedShare: 'Share dropped',
  },
  note: 'Each step counts if it was done after the ones before, on the same day. Bots are left out.',
};
