// Share links of a service: make one, copy it and the code that embeds it, take one away.
import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, getJson, postJson } from '../api';
import { timeTitle } from '../format';
import { useResource } from '../resource';
import { href } from '../route';
import { kUntils, originsOf, snippetOf, type Share, type Shares, type Until } from '../share';
import { texts } from '../texts';
import { CopyBlock } from './copy';
import { Failure } from './notice';

const t = texts.share;

const day = (time: string): string => timeTitle(time, 'day');
// A link that ends at midnight holds until the day before is over.
const lastDay = (end: string): string => day(new Date(Date.parse(end) - 1).toISOString());

interface Props {
  service: string;
  onClose: () => void;
}

const post = (body: unknown): Promise<Shares> =>
  postJson('/api/v1/shares', body, new AbortController().signal);

export function ShareDialog({ service, onClose }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [changed, setChanged] = useState<Shares | null>(null);
  const [hasPassword, setHasPassword] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const loaded = useResource<Shares>(service, (signal) =>
    getJson(`/api/v1/shares?service=${encodeURIComponent(service)}`, signal),
  );
  useEffect(() => dialog.current?.showModal(), []);
  const change = async (body: unknown) => {
    setError(null);
    try {
      setChanged(await post(body));
      return true;
    } catch (failed) {
      setError(failed instanceof ApiError ? failed : new ApiError(String(failed), 0));
      return false;
    }
  };
  const made = changed?.made;
  const shares = (changed ?? loaded.data)?.shares;
  return (
    <dialog ref={dialog} class="share" aria-labelledby="share-title" onClose={onClose}>
      <header>
        <h2 id="share-title">{t.title(service)}</h2>
        <button
          type="button"
          class="icon"
          aria-label={t.close}
          onClick={() => dialog.current?.close()}
        >
          ×
        </button>
      </header>
      <p class="hint">{t.lead}</p>
      {made === undefined ? (
        <ShareForm
          onMake={(request, isLocked) => {
            setHasPassword(isLocked);
            return change({ action: 'add', service, ...request });
          }}
        />
      ) : (
        <Made path={made.path} service={service} hasPassword={hasPassword} />
      )}
      {error !== null && (
        <p class="failed" role="alert">
          {error.message}
        </p>
      )}
      <h3>{t.all}</h3>
      {loaded.error !== undefined && <Failure error={loaded.error} retry={loaded.reload} />}
      {shares?.length === 0 && <p class="hint">{t.none}</p>}
      <ul>
        {shares?.map((share) => (
          <Row
            share={share}
            key={share.id}
            isNew={share.id === made?.id}
            onRemove={() => change({ action: 'remove', id: share.id })}
          />
        ))}
      </ul>
    </dialog>
  );
}

interface ShareRequest {
  name: string;
  password: string;
  until: Until;
  embed_on: string[];
}

function ShareForm({
  onMake,
}: {
  onMake: (request: ShareRequest, isLocked: boolean) => Promise<boolean>;
}) {
  const [isAsking, setAsking] = useState(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const text = (name: string) => {
      const value = form.get(name);
      return typeof value === 'string' ? value : '';
    };
    setAsking(true);
    const request = {
      name: text('name').trim(),
      password: text('password'),
      until: kUntils.find((known) => known === text('until')) ?? 'never',
      embed_on: originsOf(text('embed')),
    };
    await onMake(request, request.password !== '');
    setAsking(false);
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <label>
        <span>
          {t.name} <small>{t.optional}</small>
        </span>
        <input type="text" name="name" maxLength={100} placeholder={t.nameHelp} />
      </label>
      <label>
        <span>
          {t.password} <small>{t.optional}</small>
        </span>
        <input type="password" name="password" maxLength={1024} autocomplete="new-password" />
      </label>
      <label>
        <span>{t.until}</span>
        <select name="until">
          {kUntils.map((until) => (
            <option key={until} value={until}>
              {t.untils[until]}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span>
          {t.embed} <small>{t.embedAll}</small>
        </span>
        <input type="text" name="embed" placeholder={t.embedPlaceholder} />
      </label>
      <button type="submit" class="primary" disabled={isAsking}>
        {t.make}
      </button>
    </form>
  );
}

function Made({
  path,
  service,
  hasPassword,
}: {
  path: string;
  service: string;
  hasPassword: boolean;
}) {
  const link = location.origin + href(path);
  return (
    <div class="made">
      <p role="status">{t.made}</p>
      <CopyBlock text={link} label={t.link} />
      <h3>{t.snippet}</h3>
      <CopyBlock text={snippetOf(link, t.frame(service))} label={t.snippet} />
      <p class="hint">
        {t.snippetHelp} {hasPassword && t.framePassword}
      </p>
    </div>
  );
}

function Row({
  share,
  isNew,
  onRemove,
}: {
  share: Share;
  isNew: boolean;
  onRemove: () => Promise<boolean>;
}) {
  const [isSure, setSure] = useState(false);
  const name = share.name === '' ? t.unnamed(share.id) : share.name;
  const facts = [
    t.created(day(share.created)),
    ...(share.has_password ? [t.hasPassword] : []),
    ...(share.until === null ? [] : [(share.has_ended ? t.ended : t.ends)(lastDay(share.until))]),
    ...share.embed_on.filter((origin) => origin !== '*'),
  ];
  return (
    <li class={isNew ? 'new' : ''}>
      <div>
        <strong>{name}</strong>
        <small>{facts.join(' · ')}</small>
      </div>
      <button
        type="button"
        aria-label={isSure ? undefined : t.removeNamed(name)}
        onBlur={() => setSure(false)}
        onClick={() => (isSure ? void onRemove() : setSure(true))}
      >
        {isSure ? t.reallyRemove : t.remove}
      </button>
    </li>
  );
}
