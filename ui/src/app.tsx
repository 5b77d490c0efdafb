// The frame around every page: header, the page itself, footer.
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { getJson } from './api';
import { Missing } from './pages/missing';
import { Overview } from './pages/overview';
import { ServicePage } from './pages/service';
import { Footer, Header } from './parts/frame';
import { late } from './parts/late';
import { Tip } from './parts/term';
import type { Page } from './path';
import { useResource } from './resource';
import { place } from './route';
import { status } from './status';
import { texts } from './texts';
import type { Status } from './types';

const kStatusMs = 5000;

const titled = (title: string) =>
  function Titled({ children }: { children: ComponentChildren }) {
    return (
      <>
        <header class="title">
          <h1>{title}</h1>
        </header>
        {children}
      </>
    );
  };
const HealthPage = late(
  () => import('./pages/health').then((file) => file.HealthPage),
  titled(texts.nav.health),
);
const LivePage = late(
  () => import('./live/live_page').then((file) => file.LivePage),
  titled(texts.live.title),
);
const SetupPage = late(
  () => import('./pages/setup_page').then((file) => file.SetupPage),
  titled(texts.nav.setup),
);
const SqlPage = late(
  () => import('./pages/sql_console').then((file) => file.SqlConsole),
  titled(texts.sql.title),
);

const keyOf = (page: Page) => (page.name === 'service' ? `service ${page.service}` : page.name);

function titleOf(page: Page): string {
  switch (page.name) {
    case 'service':
      return page.service;
    case 'live':
      return page.service === '' ? texts.live.title : texts.live.titleOf(page.service);
    case 'overview':
      return texts.overview.title;
    case 'sql':
      return texts.sql.title;
    case 'setup':
      return texts.nav.setup;
    case 'health':
      return texts.nav.health;
    case 'missing':
      return texts.missing.title;
  }
}

function Content({ page }: { page: Page }) {
  switch (page.name) {
    case 'service':
      return <ServicePage name={page.service} key={page.service} />;
    case 'live':
      return <LivePage service={page.service} />;
    case 'overview':
      return <Overview />;
    case 'sql':
      return <SqlPage />;
    case 'setup':
      return <SetupPage />;
    case 'health':
      return <HealthPage />;
    case 'missing':
      return <Missing />;
  }
}

export function App() {
  const page = place.value.page;
  const main = useRef<HTMLElement>(null);
  const key = keyOf(page);
  const shownKey = useRef(key);
  useResource(
    'status',
    async (signal) => {
      status.value = await getJson<Status>('/api/v1/status', signal);
    },
    kStatusMs,
  );
  useEffect(() => {
    document.title = `${titleOf(page)} · ${texts.product}`;
    // Another page: those who use a keyboard or a screen reader start at its top.
    if (shownKey.current !== key) main.current?.focus({ preventScroll: true });
    shownKey.current = key;
  }, [key]);
  return (
    <>
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        {texts.skip}
      </button>
      <Header page={page} />
      <main ref={main} tabIndex={-1}>
        <Content page={page} />
      </main>
      <Footer />
      <Tip />
    </>
  );
}
