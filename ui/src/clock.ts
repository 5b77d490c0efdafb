// The time as the page shows it: "3 min ago" has to move on by itself.
import { signal } from '@preact/signals';

export const nowMs = signal(Date.now());

setInterval(() => {
  if (document.visibilityState === 'visible') nowMs.value = Date.now();
}, 1000);
