// Changes of a service's registration.
import { useState } from 'preact/hooks';
import { ApiError, postJson } from '../api';
import { texts } from '../texts';

export type Change = (body: Record<string, unknown>) => Promise<boolean>;

// Sends a change of the service, and notes why it failed.
export function useChange(name: string, onChange: () => void) {
  const [error, setError] = useState<ApiError | undefined>(undefined);
  const change: Change = async (body) => {
    try {
      await postJson('/api/v1/registry', { ...body, name }, new AbortController().signal);
    } catch (failed) {
      setError(failed instanceof ApiError ? failed : new ApiError(texts.errors.page(failed), 0));
      return false;
    }
    setError(undefined);
    onChange();
    return true;
  };
  return { change, error };
}
