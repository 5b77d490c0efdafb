// The few drawings of the page.
import type { Theme } from '../theme';

// A ball in a cone.
export function Logo() {
  return (
    <svg class="logo" viewBox="0 0 24 24" width="22" height="22" aria-hidden="true">
      <path class="cone" d="M5.2 11.5h13.6L12 23z" />
      <circle class="ball" cx="12" cy="7.2" r="6.2" />
    </svg>
  );
}

const kIcons: Record<Theme, string> = {
  system: 'M3 4h18v12H3zM9 20h6M12 16v4',
  light:
    'M12 8a4 4 0 1 0 0 8a4 4 0 0 0 0-8M12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.4 1.4M17.6 17.6L19 19M5 19l1.4-1.4M17.6 6.4L19 5',
  dark: 'M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5z',
};

export function ThemeIcon({ theme }: { theme: Theme }) {
  return (
    <svg class="line" viewBox="0 0 24 24" width="18" height="18" aria-hidden="true">
      <path d={kIcons[theme]} />
    </svg>
  );
}
