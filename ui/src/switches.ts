// What is kept of a service's hits, as the server writes it: "ip=none,query=drop". Pure.
import { setupTexts } from './texts/setup';

// Each with the values it can have; the first is how it is unless a person says otherwise.
export const kSwitchValues: Record<string, string[]> = Object.fromEntries(
  Object.entries(setupTexts.register.switches).map(([name, { values }]) => [
    name,
    Object.keys(values),
  ]),
);

export type Switches = Record<string, string>;

export function readSwitches(text: string): Switches {
  const given = new Map(text.split(',').map((one) => one.split('=') as [string, string]));
  return Object.fromEntries(
    Object.entries(kSwitchValues).map(([name, values]) => [name, given.get(name) ?? values[0] ?? '']),
  );
}

export const writeSwitches = (switches: Switches): string[] =>
  Object.entries(switches).map(([name, value]) => `${name}=${value}`);
