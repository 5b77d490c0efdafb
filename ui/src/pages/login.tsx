// Asks for the password: of the dashboard, or of a shared page.
import { useEffect, useRef, useState } from 'preact/hooks';
import { logIn, type LoginFault } from '../door';
import { Logo } from '../parts/icons';
import { isShared } from '../route';
import { texts } from '../texts';

const t = texts.door;

function sentenceOf(fault: LoginFault): string {
  if (typeof fault === 'string') return t[fault];
  return fault.message === '' ? texts.errors.offline : texts.errors.status(Number(fault.message));
}

export function LoginPage() {
  const [fault, setFault] = useState<LoginFault | null>(null);
  const [isAsking, setAsking] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const title = isShared ? t.sharedTitle : t.title;
  useEffect(() => {
    document.title = `${title} · ${texts.product}`;
    field.current?.focus();
  }, [title]);
  const submit = async (event: Event) => {
    event.preventDefault();
    setAsking(true);
    const found = await logIn(field.current?.value ?? '');
    if (found === null) return; // another page is in this one's place
    setAsking(false);
    setFault(found);
    field.current?.select();
  };
  return (
    <main class="door">
      <form class="panel" onSubmit={(event) => void submit(event)}>
        <p class="brand">
          <Logo /> <span>{texts.product}</span>
        </p>
        <h1>{title}</h1>
        <p class="hint">{isShared ? t.sharedLead : t.lead}</p>
        <label>
          {t.password}
          <input
            ref={field}
            type="password"
            name="password"
            autocomplete="current-password"
            maxLength={1024}
            required
            aria-invalid={fault !== null}
            aria-describedby="fault"
          />
        </label>
        <p id="fault" class="failed" role="alert">
          {fault !== null && sentenceOf(fault)}
        </p>
        <button type="submit" class="primary" disabled={isAsking}>
          {isShared ? t.open : t.logIn}
        </button>
      </form>
    </main>
  );
}
