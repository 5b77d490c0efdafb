// Ends the session of who has logged in by the page; nobody else sees it.
import { hasSession, logOut } from '../door';
import { texts } from '../texts';

export function LogoutButton() {
  if (!hasSession.value) return null;
  const label = texts.door.logOut;
  return (
    <button
      type="button"
      class="icon"
      title={label}
      aria-label={label}
      onClick={() => void logOut()}
    >
      <svg class="line" viewBox="0 0 24 24" width="18" height="18" aria-hidden="true">
        <path d="M10 4H5v16h5M15 8l4 4l-4 4M19 12H9" />
      </svg>
    </button>
  );
}
