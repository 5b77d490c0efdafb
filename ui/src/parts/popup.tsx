// A button with something that opens below it: closed by Escape, by a press elsewhere, and when the
// focus leaves it.
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks';

interface Props {
  label: string; // of the button, for screen readers and as its title
  button: ComponentChildren;
  buttonClass?: string;
  children: (close: () => void) => ComponentChildren;
}

const kMarginPx = 8;

// Moved sideways until all of it is in the window.
function keepInWindow(box: HTMLElement): void {
  box.style.translate = '';
  const { left, right } = box.getBoundingClientRect();
  const over = Math.max(0, right - (document.documentElement.clientWidth - kMarginPx));
  box.style.translate = `${Math.max(kMarginPx - left, -over)}px`;
  if (left >= kMarginPx && over === 0) box.style.translate = '';
}

export function Popup({ label, button, buttonClass, children }: Props) {
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  const whole = useRef<HTMLDivElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const close = () => {
    if (box.current?.contains(document.activeElement) === true) opener.current?.focus();
    setOpen(false);
  };
  useLayoutEffect(() => {
    if (!isOpen || box.current === null) return;
    keepInWindow(box.current);
    box.current.querySelector<HTMLElement>('[autofocus], input, select, button, a')?.focus();
  }, [isOpen]);
  useEffect(() => {
    if (!isOpen) return undefined;
    const onPress = (event: PointerEvent) => {
      if (whole.current?.contains(event.target as Node) === false) setOpen(false);
    };
    document.addEventListener('pointerdown', onPress);
    return () => document.removeEventListener('pointerdown', onPress);
  }, [isOpen]);
  return (
    <div
      class="popup"
      ref={whole}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !isOpen) return;
        event.stopPropagation();
        close();
      }}
      onFocusOut={(event) => {
        const to = event.relatedTarget as Node | null;
        if (to !== null && whole.current?.contains(to) === false) setOpen(false);
      }}
    >
      <button
        type="button"
        ref={opener}
        class={buttonClass}
        aria-label={label}
        title={label}
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        onClick={() => setOpen(!isOpen)}
      >
        {button}
      </button>
      {isOpen && (
        <div class="box" id={id} ref={box} role="group" aria-label={label}>
          {children(close)}
        </div>
      )}
    </div>
  );
}
