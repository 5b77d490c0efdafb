// The ways, a tab each: what to do and what to copy, with the options that change it.
import { CopyBlock } from '../parts/copy';
import { Notice } from '../parts/notice';
import { Tabs } from '../parts/tabs';
import { setupTexts } from '../texts/setup';
import type { Setup, SetupWay } from '../types';
import { UploadBox } from './setup_upload';

const t = setupTexts;

interface Props {
  setup: Setup;
  way: string; // by name; the first one if there is none of it
  on: string[]; // options of all ways that are switched on; the server's answer follows
  onWay: (way: string) => void;
  onOptions: (names: string[]) => void;
}

export function Ways({ setup, way: wanted, on, onWay, onOptions }: Props) {
  const way = setup.ways.find(({ name }) => name === wanted) ?? setup.ways[0];
  if (way === undefined) return null;
  const nameOf = (title: string) => setup.ways.find((one) => one.title === title)?.name ?? '';
  const toggle = (name: string) =>
    onOptions(on.includes(name) ? on.filter((one) => one !== name) : [...on, name]);
  return (
    <section class="panel ways" aria-label={t.ways}>
      <Tabs
        label={t.ways}
        names={setup.ways.map(({ title }) => title)}
        open={way.title}
        idOf={(title) => `way-${nameOf(title)}`}
        controls="way"
        onOpen={(title) => onWay(nameOf(title))}
      />
      <div role="tabpanel" id="way" aria-labelledby={`way-${way.name}`} class="tabpanel">
        <p>{way.text}</p>
        <Options way={way} on={on} onToggle={toggle} />
        {!way.is_log && <Admission setup={setup} />}
        {way.name === 'files' && <UploadBox service={setup.service} />}
        <Steps way={way} />
      </div>
    </section>
  );
}

function Options({
  way,
  on,
  onToggle,
}: {
  way: SetupWay;
  on: string[];
  onToggle: (name: string) => void;
}) {
  if (way.options.length === 0) return null;
  return (
    <div class="options" role="group" aria-label={t.options}>
      {way.options.map(({ name, title }) => (
        <label class="check" key={name}>
          <input type="checkbox" checked={on.includes(name)} onChange={() => onToggle(name)} />{' '}
          {title}
        </label>
      ))}
    </div>
  );
}

// Whether what browsers send will be let in.
function Admission({ setup }: { setup: Setup }) {
  if (setup.has_hosts) return null;
  return (
    <Notice tone={setup.is_registered ? 'calm' : 'warn'}>
      <p>{setup.is_registered ? t.needsKey(setup.service) : t.mayBeRefused(setup.service)}</p>
    </Notice>
  );
}

function Steps({ way }: { way: SetupWay }) {
  return (
    <ol class="guide">
      {way.steps.map(({ text, code }, i) => (
        <li key={`${way.name} ${i}`}>
          <p>{text}</p>
          {code !== '' && <CopyBlock label={text} text={code} />}
        </li>
      ))}
    </ol>
  );
}
