// The time as the page shows it: "3 min ago" has to move on by itself.
import { computed, signal } from '@preact/signals';

export const nowMs = signal(Date.now());
// For what need not be drawn anew every second.
export const nowMinute = computed(() => Math.floor(nowMs.value / 60_000));

setInterval(() => {
  if (document.visibilityState === 'visible') nowMs.value = Date.now();
}, 1000);
