// What is said of a service: its hosts, time zone and keys, and what is kept of its hits.
import { useState } from 'preact/hooks';
import { Failure } from '../parts/notice';
import { kSwitchValues, readSwitches } from '../switches';
import { setupTexts } from '../texts/setup';
import type { Registered } from '../types';
import { useChange, type Change } from './setup_change';
import { Keys } from './setup_keys';
import { RegistrationForm } from './setup_register_form';

const t = setupTexts.register;

interface Props {
  name: string;
  registered: Registered | undefined;
  isKnown: boolean; // whether it is registered
  onChange: () => void;
}

export function Registration({ name, registered, isKnown, onChange }: Props) {
  const [isEditing, edit] = useState(false);
  const { change, error } = useChange(name, onChange);
  const save: Change = async (body) => {
    const isDone = await change(body);
    if (isDone) edit(false);
    return isDone;
  };
  if (!isKnown) return null;
  return (
    <section class="panel register" aria-labelledby="register-title">
      <h2 id="register-title">{t.title}</h2>
      {isEditing ? (
        <RegistrationForm registered={registered} save={save} cancel={() => edit(false)} />
      ) : registered === undefined ? (
        <>
          <p>{t.notThere(name)}</p>
          <p class="hint">{t.why}</p>
          <button type="button" class="primary" onClick={() => edit(true)}>
            {t.begin}
          </button>
        </>
      ) : (
        <>
          <Facts service={registered} />
          <button type="button" onClick={() => edit(true)}>
            {t.edit}
          </button>
          <Keys service={registered} change={change} />
        </>
      )}
      {error !== undefined && <Failure error={error} />}
    </section>
  );
}

function Facts({ service }: { service: Registered }) {
  const switches = Object.entries(readSwitches(service.switches));
  const isUsual = (name: string, value: string) => kSwitchValues[name]?.[0] === value;
  return (
    <dl class="facts">
      <div>
        <dt>{t.hosts}</dt>
        <dd>{service.hosts.join(', ') || t.noHosts}</dd>
      </div>
      <div>
        <dt>{t.zone}</dt>
        <dd>{service.time_zone || t.zoneOfServer}</dd>
      </div>
      {switches
        .filter(([name, value]) => !isUsual(name, value))
        .map(([name, value]) => (
          <div key={name}>
            <dt>{t.switches[name]?.title}</dt>
            <dd>{t.switches[name]?.values[value]}</dd>
          </div>
        ))}
    </dl>
  );
}
