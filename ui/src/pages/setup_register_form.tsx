// The form of a registration.
import { useState } from 'preact/hooks';
import { Field } from '../parts/field';
import { readSwitches, writeSwitches } from '../switches';
import { setupTexts } from '../texts/setup';
import type { Registered } from '../types';
import type { Change } from './setup_change';

const t = setupTexts.register;

const hostsOf = (text: string) => text.split(/[\s,]+/).filter((host) => host !== '');

interface Props {
  registered: Registered | undefined; // what it was
  save: Change;
  cancel: () => void;
}

export function RegistrationForm({ registered, save, cancel }: Props) {
  const [hosts, setHosts] = useState(registered?.hosts.join(', ') ?? '');
  const [zone, setZone] = useState(registered?.time_zone ?? '');
  const [switches, setSwitches] = useState(readSwitches(registered?.switches ?? ''));
  const submit = (event: Event) => {
    event.preventDefault();
    void save({
      action: 'set',
      hosts: hostsOf(hosts),
      time_zone: zone.trim(),
      switches: writeSwitches(switches),
    });
  };
  return (
    <form class="form" onSubmit={submit}>
      <Field
        id="hosts"
        label={t.hosts}
        help={t.hostsHelp}
        value={hosts}
        placeholder={t.hostsPlaceholder}
        onChange={setHosts}
      />
      <Field
        id="zone"
        label={t.zone}
        help={t.zoneHelp}
        value={zone}
        placeholder={t.zonePlaceholder}
        list="zones"
        onChange={setZone}
      />
      <datalist id="zones">
        {Intl.supportedValuesOf('timeZone').map((name) => (
          <option value={name} key={name} />
        ))}
      </datalist>
      <fieldset>
        <legend>{t.kept}</legend>
        {Object.entries(t.switches).map(([name, { title, values }]) => (
          <label class="choice" key={name}>
            <span>{title}</span>
            <select
              value={switches[name]}
              onChange={(event) => setSwitches({ ...switches, [name]: event.currentTarget.value })}
            >
              {Object.entries(values).map(([value, text]) => (
                <option value={value} key={value}>
                  {text}
                </option>
              ))}
            </select>
          </label>
        ))}
      </fieldset>
      <div class="buttons">
        <button type="submit" class="primary">
          {t.save}
        </button>
        <button type="button" onClick={cancel}>
          {t.cancel}
        </button>
      </div>
    </form>
  );
}
