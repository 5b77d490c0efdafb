// Header and footer.
import type { Page } from '../path';
import { status, troubleOf } from '../status';
import { texts } from '../texts';
import { kThemes, theme } from '../theme';
import { Link } from './link';
import { LogoutButton } from './logout';
import { Logo, ThemeIcon } from './icons';

const kPages = ['overview', 'live', 'sql', 'setup', 'health'] as const;
const kPaths = { overview: '/', live: '/live', sql: '/sql', setup: '/setup', health: '/health' };

// A service's page belongs to the overview without being it.
function currentOf(name: string, page: Page): 'page' | 'true' | undefined {
  if (page.name === name) return 'page';
  return name === 'overview' && page.name === 'service' ? 'true' : undefined;
}

export function Header({ page }: { page: Page }) {
  const now = status.value;
  const trouble = now === undefined ? null : troubleOf(now);
  const needsAttention = trouble !== null && trouble.dropped + trouble.lost + trouble.failed > 0;
  return (
    <header class="top">
      <Link to="/" class="brand" aria-label={`${texts.product}: ${texts.nav.overview}`}>
        <Logo /> <span>{texts.product}</span>
      </Link>
      <nav aria-label={texts.nav.label}>
        {kPages.map((name) => (
          <Link to={kPaths[name]} key={name} aria-current={currentOf(name, page)}>
            {texts.nav[name]}
            {name === 'health' && needsAttention && (
              <span class="trouble" role="img" aria-label={texts.troubleMark} />
            )}
          </Link>
        ))}
      </nav>
      <LogoutButton />
      <ThemeButton />
    </header>
  );
}

export function ThemeButton() {
  const now = theme.value;
  const next = kThemes[(kThemes.indexOf(now) + 1) % kThemes.length] ?? 'system';
  const label = texts.theme.change(texts.theme.names[now], texts.theme.names[next]);
  return (
    <button
      type="button"
      class="icon"
      title={label}
      aria-label={label}
      onClick={() => (theme.value = next)}
    >
      <ThemeIcon theme={now} />
    </button>
  );
}

export function Footer() {
  const now = status.value;
  return (
    <footer class="bottom">
      {now !== undefined && (
        <>
          <span>
            {texts.product} {now.version}
          </span>
          <span>{texts.footer.uptime(now.uptime_s)}</span>
          {now.attribution !== '' && <span>{now.attribution}</span>}
        </>
      )}
    </footer>
  );
}
