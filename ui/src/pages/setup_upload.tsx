// Log files from this machine: what would become of each, then their import and how far it is.
import { useEffect, useRef, useState } from 'preact/hooks';
import { Field } from '../parts/field';
import { setupTexts } from '../texts/setup';
import { add, hasDropped, isSending, isWaiting, items, lookAgain, send, stop } from '../uploads';
import { takeDropped } from '../uploads';
import { UploadItem } from './setup_upload_item';

const t = setupTexts.upload;
const kPauseMs = 400; // of typing a format, before it is tried

export function UploadBox({ service }: { service: string }) {
  const [isOfService, setOfService] = useState(true);
  const [format, setFormat] = useState('');
  const settings = { service: isOfService ? service : '', format: format.trim() };
  const input = useRef<HTMLInputElement>(null);
  const isFirst = useRef(true);
  useEffect(() => {
    if (isFirst.current) {
      isFirst.current = false;
      return undefined;
    }
    const timer = setTimeout(() => lookAgain(settings), kPauseMs);
    return () => clearTimeout(timer);
  }, [settings.service, settings.format]);
  const isThere = hasDropped();
  useEffect(() => {
    if (isThere) add(takeDropped(), settings);
  }, [isThere]);
  const waiting = items.value.filter(isWaiting).length;
  return (
    <div class="upload">
      <div class="dropzone">
        <p>{t.drop}</p>
        <button type="button" onClick={() => input.current?.click()}>
          {t.choose}
        </button>
        <input
          ref={input}
          type="file"
          multiple
          hidden
          aria-label={t.files}
          onChange={(event) => {
            add(event.currentTarget.files ?? [], settings);
            event.currentTarget.value = '';
          }}
        />
      </div>
      <label class="check">
        <input
          type="checkbox"
          checked={isOfService}
          onChange={(event) => setOfService(event.currentTarget.checked)}
        />{' '}
        {t.service(service)}
      </label>
      <Field
        id="format"
        label={t.format}
        help={t.formatHelp}
        value={format}
        placeholder={t.formatPlaceholder}
        onChange={setFormat}
      />
      <ul class="uploads">
        {items.value.map((item) => (
          <UploadItem item={item} key={`${item.file.name} ${item.file.lastModified}`} />
        ))}
      </ul>
      <div class="buttons">
        {waiting > 0 && !isSending.value && (
          <button type="button" class="primary" onClick={() => void send(settings)}>
            {t.begin(waiting)}
          </button>
        )}
        {isSending.value && (
          <button type="button" onClick={stop}>
            {t.stop}
          </button>
        )}
      </div>
    </div>
  );
}
