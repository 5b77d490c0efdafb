// How hits get here: choose a service and a way, copy what the server writes for both, and see the
// first line arrive. The server's table decides which ways there are.
import { getJson } from '../api';
import { Failure } from '../parts/notice';
import { Field } from '../parts/field';
import { Skeleton } from '../parts/skeleton';
import { useResource } from '../resource';
import { href, place, setSearch } from '../route';
import { setupTexts } from '../texts/setup';
import type { Registry, Services, Setup } from '../types';
import { Check } from './setup_check';
import { KnownServices } from './setup_known';
import { Registration } from './setup_register';
import { Ways } from './setup_ways';
import { dropProps } from '../uploads';

const t = setupTexts;

// In the page's URL; service and ip have the names that the original gave them:
// ?service=blog&ip=10.0.0.5:65140&url=https://stats.example.org&way=script&with=hash,more
type Name = 'service' | 'ip' | 'url' | 'way' | 'with';

function useParameters() {
  const params = new URLSearchParams(place.value.search);
  const set = (changes: Partial<Record<Name, string>>) => {
    const next = new URLSearchParams(params);
    for (const [name, value] of Object.entries(changes)) {
      if (value === '') next.delete(name);
      else next.set(name, value);
    }
    const search = next.toString();
    setSearch(search === '' ? '' : `?${search}`, 'replace');
  };
  return { of: (name: Name) => params.get(name) ?? '', set };
}

// Where this page came from, which is what visitors may reach too.
const ownUrl = () => location.origin + href('');
const isLocal = (url: string) => /^https?:\/\/(localhost|127\.|\[::1\])/.test(url);

function useSetup(of: (name: Name) => string) {
  const query = new URLSearchParams({ service: of('service').trim() || 'example' });
  query.set('url', of('url').trim() || ownUrl());
  if (of('ip').trim() !== '') query.set('server', of('ip').trim());
  if (of('with') !== '') query.set('with', of('with'));
  const path = `/api/v1/setup?${query.toString()}`;
  return useResource<Setup>(path, (signal) => getJson(path, signal));
}

const useRegistry = () =>
  useResource<Registry>('registry', (signal) => getJson('/api/v1/registry', signal));
const useServices = () =>
  useResource<Services>('services', (signal) => getJson('/api/v1/services', signal));

export function SetupPage() {
  const { of, set } = useParameters();
  const setup = useSetup(of);
  const registry = useRegistry();
  const services = useServices();
  const registered = registry.data?.services ?? [];
  const known = [
    ...new Set([...(services.data?.services ?? []), ...registered].map(({ name }) => name)),
  ].sort();
  const now = setup.data;
  // What is registered stands in the lines too.
  const reload = () => {
    registry.reload();
    setup.reload();
  };
  return (
    <div class="setup" {...dropProps(() => set({ way: 'files' }))}>
      <header class="title">
        <h1>{t.title}</h1>
      </header>
      <p class="lead">{t.lead}</p>
      <form class="fields panel" onSubmit={(event) => event.preventDefault()}>
        <Field
          id="service"
          label={t.service}
          help={t.serviceHelp}
          value={of('service')}
          placeholder="example"
          list="known"
          onChange={(service) => set({ service })}
        />
        <datalist id="known">
          {known.map((name) => (
            <option value={name} key={name} />
          ))}
        </datalist>
        <Field
          id="url"
          label={t.url}
          help={t.urlHelp}
          value={of('url')}
          placeholder={ownUrl()}
          onChange={(url) => set({ url })}
        >
          {isLocal(of('url').trim() || ownUrl()) && <small class="caution">{t.urlLocal}</small>}
        </Field>
        <Field
          id="server"
          label={t.server}
          help={t.serverHelp}
          value={of('ip')}
          placeholder={now?.server ?? '127.0.0.1:65140'}
          onChange={(ip) => set({ ip })}
        />
      </form>
      {setup.error !== undefined && <Failure error={setup.error} retry={setup.reload} />}
      {now === undefined && setup.error === undefined && (
        <Skeleton rows={12} isVisible={setup.isSlow} />
      )}
      {now !== undefined && (
        <div class="sides">
          <Ways
            setup={now}
            way={of('way')}
            on={of('with').split(',').filter((name) => name !== '')}
            onWay={(way) => set({ way })}
            onOptions={(options) => set({ with: options.join(',') })}
          />
          <aside aria-label={t.check.title}>
            <Check service={now.service} key={`check ${now.service}`} />
            <Registration
              name={now.service}
              registered={registered.find(({ name }) => name === now.service)}
              isKnown={registry.data !== undefined}
              onChange={reload}
              key={`register ${now.service}`}
            />
          </aside>
        </div>
      )}
      <KnownServices
        services={services.data?.services ?? []}
        registered={registered}
        chosen={now?.service ?? ''}
        onChoose={(service) => set({ service })}
      />
    </div>
  );
}
