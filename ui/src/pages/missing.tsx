// An address that leads nowhere.
import { Link } from '../parts/link';
import { texts } from '../texts';

export function Missing() {
  return (
    <section class="first">
      <h1>{texts.missing.title}</h1>
      <p>{texts.missing.text}</p>
      <p>
        <Link to="/" class="button primary">
          {texts.missing.back}
        </Link>
      </p>
    </section>
  );
}
