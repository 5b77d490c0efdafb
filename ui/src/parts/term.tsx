// A word with its definition: shown beside it on hover, focus or tap, and read by screen readers.
import { signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';

const shown = signal<{ anchor: HTMLElement; text: string } | null>(null);

const hide = () => {
  shown.value = null;
};

export function Term({
  definition,
  children,
}: {
  definition: string;
  children: ComponentChildren;
}) {
  const id = useId();
  if (definition === '') return <span>{children}</span>;
  const show = (event: { currentTarget: EventTarget | null }) => {
    if (event.currentTarget instanceof HTMLElement) {
      shown.value = { anchor: event.currentTarget, text: definition };
    }
  };
  return (
    <>
      <button
        type="button"
        class="term"
        aria-describedby={id}
        onMouseEnter={show}
        onMouseLeave={hide}
        onFocus={show}
        onBlur={hide}
        onClick={show}
      >
        {children}
      </button>
      <span id={id} hidden>
        {definition}
      </span>
    </>
  );
}

const kMargin = 8;

// The one tip of the page, placed by script so that it never sticks out of the window.
export function Tip() {
  const box = useRef<HTMLDivElement>(null);
  const tip = shown.value;
  useLayoutEffect(() => {
    if (tip === null || box.current === null) return undefined;
    const at = tip.anchor.getBoundingClientRect();
    const size = box.current.getBoundingClientRect();
    const left = Math.min(at.left, innerWidth - size.width - kMargin);
    const above = at.top - size.height - kMargin;
    box.current.style.left = `${Math.max(kMargin, left)}px`;
    box.current.style.top = `${above > kMargin ? above : at.bottom + kMargin}px`;
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape') hide();
    };
    addEventListener('keydown', onKey);
    addEventListener('scroll', hide, { capture: true, once: true });
    return () => {
      removeEventListener('keydown', onKey);
      removeEventListener('scroll', hide, { capture: true });
    };
  }, [tip]);
  if (tip === null) return null;
  return (
    <div class="tip" ref={box} aria-hidden="true">
      {tip.text}
    </div>
  );
}
