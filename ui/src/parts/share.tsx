// The button that opens the dialog of share links. A shared page is not shared on.
import { useState } from 'preact/hooks';
import { isShared } from '../route';
import { texts } from '../texts';
import { Bare, late } from './late';

const ShareDialog = late<{ service: string; onClose: () => void }>(
  () => import('./share_dialog').then((file) => file.ShareDialog),
  Bare,
);

export function ShareButton({ service }: { service: string }) {
  const [isOpen, setOpen] = useState(false);
  if (isShared) return null;
  return (
    <>
      <button type="button" title={texts.share.openTitle} onClick={() => setOpen(true)}>
        {texts.share.open}
      </button>
      {isOpen && <ShareDialog service={service} onClose={() => setOpen(false)} />}
    </>
  );
}
