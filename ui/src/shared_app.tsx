// What is behind a share link: the page of one service and nothing else. With ?embed=1 without
// header and footer, for a frame on another page.
import { useEffect } from 'preact/hooks';
import { getJson } from './api';
import { locked } from './door';
import { ServicePage } from './pages/service';
import { ThemeButton } from './parts/frame';
import { Logo } from './parts/icons';
import { Failure, Notice } from './parts/notice';
import { Tip } from './parts/term';
import { useResource } from './resource';
import type { SharedService } from './share';
import { texts } from './texts';

const t = texts.share;

// Read once: filters and ranges come and go in the address.
const isEmbedded = new URLSearchParams(location.search).get('embed') === '1';

function Content() {
  const share = useResource<SharedService>('share', (signal) => getJson('/api/v1/share', signal));
  const service = share.data?.service;
  useEffect(() => {
    if (share.data?.is_locked === true) locked.value = true;
    document.title = `${service ?? texts.door.sharedTitle} · ${texts.product}`;
  }, [share.data]);
  if (service !== undefined) return <ServicePage name={service} />;
  if (share.error === undefined) return null;
  if (share.error.status !== 404) return <Failure error={share.error} retry={share.reload} />;
  return (
    <>
      <header class="title">
        <h1>{t.missingTitle}</h1>
      </header>
      <Notice tone="calm">{t.missing}</Notice>
    </>
  );
}

export function SharedApp() {
  return (
    <>
      {!isEmbedded && (
        <header class="top">
          <span class="brand">
            <Logo /> <span>{texts.product}</span>
          </span>
          <span class="spring" />
          <ThemeButton />
        </header>
      )}
      <main class={isEmbedded ? 'embedded' : ''}>
        <Content />
      </main>
      {!isEmbedded && (
        <footer class="bottom">
          <span>{t.by}</span>
        </footer>
      )}
      <Tip />
    </>
  );
}
