// The ways, a tab each: what to do and what to copy, with the options that change it.
import { CopyBlock } from '../parts/copy';
import { Notice } from '../parts/notice';
import { Tabs } from '../parts/tabs';
import { setupTexts } from '../texts_setup';
import type { Setup, SetupWay } from '../types';
import { UploadBox } from './setup_upload';

const t = setupTexts;

interface Props {
  setup: Setup;
  way: string; // by name; the first one if there is none of it
  onWay: (way: string) => void;
  onOptions: (names: string[]) => void; // of all ways, those that are on
}

export function Ways({ setup, way: wanted, onWay, onOptions }: Props) {
  const way = setup.ways.find(({ name }) => name === wanted) ?? setup.ways[0];
  if (way === undefined) return null;
  const nameOf = (title: string) => setup.ways.find((one) => one.title === title)?.name ?? '';
  const isOn = (name: string) =>
    setup.ways.some(({ options }) => options.some((one) => one.name === name && one.is_on));
  const names = [...new Set(setup.ways.flatMap(({ options }) => options.map(({ name }) => name)))];
  const toggle = (name: string) =>
    onOptions(names.filter((one) => (one === name ? !isOn(one) : isOn(one))));
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
        <Options way={way} onToggle={toggle} />
        {!way.is_log && <Admission setup={setup} />}
        {way.name === 'files' && <UploadBox service={setup.service} />}
        <Steps way={way} />
      </div>
    </section>
  );
}

function Options({ way, onToggle }: { way: SetupWay; onToggle: (name: string) => void }) {
  if (way.options.length === 0) return null;
  return (
    <div class="options" role="group" aria-label={t.options}>
      {way.options.map(({ name, title, is_on }) => (
        <label class="check" key={name}>
          <input type="checkbox" checked={is_on} onChange={() => onToggle(name)} /> {title}
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
