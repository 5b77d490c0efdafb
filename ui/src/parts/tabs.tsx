// One of several panels: a row of tabs, of which the keyboard reaches the open one, and from there
// the others by arrows (WAI-ARIA authoring practices, tabs with automatic activation).
import { useLayoutEffect, useRef } from 'preact/hooks';

interface Props {
  label: string;
  names: string[];
  open: string;
  idOf: (name: string) => string;
  controls: string; // id of what they switch
  onOpen: (name: string) => void;
}

function stepTo(key: string, at: number, count: number): number | null {
  if (key === 'ArrowRight') return (at + 1) % count;
  if (key === 'ArrowLeft') return (at + count - 1) % count;
  if (key === 'Home') return 0;
  return key === 'End' ? count - 1 : null;
}

export function Tabs({ label, names, open, idOf, controls, onOpen }: Props) {
  const row = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    // Where tabs do not fit they scroll: the open one is in sight. Never the page itself.
    const tab = row.current?.querySelector<HTMLElement>('[aria-selected="true"]');
    if (row.current === null || tab === null || tab === undefined) return;
    const over = tab.offsetLeft + tab.offsetWidth - row.current.offsetWidth;
    row.current.scrollLeft = Math.min(tab.offsetLeft, Math.max(row.current.scrollLeft, over));
  }, [open]);
  const onKey = (event: KeyboardEvent, at: number) => {
    const next = stepTo(event.key, at, names.length);
    const name = next === null ? undefined : names[next];
    if (next === null || name === undefined) return;
    event.preventDefault();
    row.current?.querySelectorAll<HTMLElement>('[role="tab"]')[next]?.focus();
    onOpen(name);
  };
  return (
    <div class="tabs" role="tablist" aria-label={label} ref={row}>
      {names.map((name, at) => (
        <button
          type="button"
          role="tab"
          key={name}
          id={idOf(name)}
          aria-selected={name === open}
          aria-controls={name === open ? controls : undefined}
          tabIndex={name === open ? 0 : -1}
          onClick={() => onOpen(name)}
          onKeyDown={(event) => onKey(event, at)}
        >
          {name}
        </button>
      ))}
    </div>
  );
}
