// Something to tell, kindly: a failure with a way to try again, or an empty place.
import type { ComponentChildren } from 'preact';
import type { ApiError } from '../api';
import { texts } from '../texts';

export function Failure({
  error,
  retry,
  isStale,
}: {
  error: ApiError;
  retry?: () => void;
  isStale?: boolean;
}) {
  return (
    <div class="notice bad" role="alert">
      <div>
        <strong>{error.status === 0 ? texts.errors.offlineTitle : texts.errors.title}</strong>
        <p>
          {error.message} {isStale === true && texts.errors.stale}
        </p>
      </div>
      {retry !== undefined && (
        <button type="button" onClick={retry}>
          {texts.retry}
        </button>
      )}
    </div>
  );
}

export function Notice({
  tone,
  children,
}: {
  tone: 'good' | 'warn' | 'bad' | 'calm';
  children: ComponentChildren;
}) {
  return <div class={`notice ${tone}`}>{children}</div>;
}
