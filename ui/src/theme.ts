// Light or dark: as the system says, until a person chooses. The choice stays in this browser.
import { computed, effect, signal } from '@preact/signals';
import { isShared } from './route';

export const kThemes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof kThemes)[number];

const kKey = 'ballcone.theme';

const known = (text: string | null) => kThemes.find((theme) => theme === text);

// Storage may be switched off; then the choice lasts until the page is closed. A shared page stores
// nothing with those who look at it: the page that it is shown on says which (?theme=dark).
function stored(): Theme {
  if (isShared) return known(new URLSearchParams(location.search).get('theme')) ?? 'system';
  try {
    return known(localStorage.getItem(kKey)) ?? 'system';
  } catch {
    return 'system';
  }
}

export const theme = signal<Theme>(stored());
const system = matchMedia('(prefers-color-scheme: dark)');
const systemIsDark = signal(system.matches);
system.addEventListener('change', (event) => {
  systemIsDark.value = event.matches;
});

// Charts are drawn with fixed colours: they ask for this and draw again when it changes.
export const isDark = computed(() =>
  theme.value === 'system' ? systemIsDark.value : theme.value === 'dark',
);

effect(() => {
  const root = document.documentElement;
  if (theme.value === 'system') delete root.dataset['theme'];
  else root.dataset['theme'] = theme.value;
  if (isShared) return;
  try {
    localStorage.setItem(kKey, theme.value);
  } catch {
    // see stored()
  }
});
