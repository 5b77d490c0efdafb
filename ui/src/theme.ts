// Light or dark: as the system says, until a person chooses. The choice stays in this browser.
import { computed, effect, signal } from '@preact/signals';

export const kThemes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof kThemes)[number];

const kKey = 'ballcone.theme';

// Storage may be switched off; then the choice lasts until the page is closed.
function stored(): Theme {
  try {
    return kThemes.find((theme) => theme === localStorage.getItem(kKey)) ?? 'system';
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
  try {
    localStorage.setItem(kKey, theme.value);
  } catch {
    // see stored()
  }
});
