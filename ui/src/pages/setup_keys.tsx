// The keys of a service, new ones, and its end; what cannot be taken back is asked twice.
import { useState } from 'preact/hooks';
import { CopyBlock } from '../parts/copy';
import { setupTexts } from '../texts/setup';
import type { Registered } from '../types';
import type { Change } from './setup_change';

const t = setupTexts.register;

export function Keys({ service, change }: { service: Registered; change: Change }) {
  const [isShown, show] = useState(false);
  return (
    <>
      <h3>{t.key}</h3>
      <CopyBlock label={t.key} text={service.key} />
      <Twice
        title={t.newKey}
        question={t.newKeyAsk}
        action={() => void change({ action: 'key' })}
      />
      <h3>{t.serverKey}</h3>
      {isShown && <CopyBlock label={t.serverKey} text={service.server_key} />}
      <div class="buttons">
        <button type="button" aria-expanded={isShown} onClick={() => show(!isShown)}>
          {isShown ? t.hide : t.show}
        </button>
        <Twice
          title={t.newServerKey}
          question={t.newKeyAsk}
          action={() => void change({ action: 'key', server: true })}
        />
      </div>
      <Twice
        title={t.remove}
        question={t.removeAsk(service.name)}
        action={() => void change({ action: 'remove' })}
      />
    </>
  );
}

// A button that asks first.
function Twice({
  title,
  question,
  action,
}: {
  title: string;
  question: string;
  action: () => void;
}) {
  const [isAsking, ask] = useState(false);
  if (!isAsking) {
    return (
      <button type="button" class="bad" onClick={() => ask(true)}>
        {title}
      </button>
    );
  }
  const sure = () => {
    ask(false);
    action();
  };
  return (
    <div class="twice" role="group" aria-label={title}>
      <p role="status">{question}</p>
      <div class="buttons">
        <button type="button" class="bad" onClick={sure} autofocus>
          {t.sure}
        </button>
        <button type="button" onClick={() => ask(false)}>
          {t.cancel}
        </button>
      </div>
    </div>
  );
}
